import { X509Certificate } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { hostname, networkInterfaces, tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { commandName, dayOf, UsageError } from "@dwld/daemon";
import { choosePlace } from "../config-init/place.ts";
import { refuseExisting, writeAll } from "../config-init/write-settings.ts";
import { askProgram } from "../doctor/ask-program.ts";
import { isServerName, namesOf, request } from "./certificate-request.ts";

type Options = { directory?: string; days: string; renew?: boolean; force?: boolean };

/** A certificate could not be made. */
class CertificateError extends Error {
  readonly code = "certificate";
}

/** Writes a key and a certificate. Returns what was written, and the text for a person. */
export async function makeSelfSigned(
  given: readonly string[],
  { directory, days, renew = false, force = false }: Options,
  env: NodeJS.ProcessEnv,
) {
  const wrong = given.find((name) => !isServerName(name));
  if (wrong !== undefined) throw new UsageError(`"${wrong}" is neither a host name nor an address`);
  if (!/^[1-9]\d{0,4}$/.test(days)) throw new UsageError(`--days is "${days}": a number of days is needed`);
  const place = choosePlace(undefined, commandName(process.cwd(), env));
  const folder = directory === undefined ? join(dirname(place.file), "tls") : resolve(directory);
  const certificateFile = join(folder, "certificate.pem");
  const keyFile = join(folder, "key.pem");
  if (!renew && !force) refuseExisting([certificateFile, keyFile], "");

  const old = renew ? readPair(certificateFile, keyFile) : undefined;
  const names = given.length > 0 ? [...given] : (old?.names ?? ownNames());
  const { key, certificate } = await sign(names, Number(days), old?.key, env);
  // The user of the units reads the key by its group.
  const groupId =
    place.isUnits && directory === undefined ? statSync("/var/lib/dwld", { throwIfNoEntry: false })?.gid : undefined;
  const keyMode = groupId === undefined ? { mode: 0o600 } : { mode: 0o640, groupId };
  writeAll(
    [
      ...(old === undefined ? [{ path: keyFile, text: key, ...keyMode }] : []),
      { path: certificateFile, text: certificate, mode: 0o644 },
    ],
    renew || force,
  );
  const { fingerprint256: fingerprint, validToDate } = new X509Certificate(certificate);
  const validUntil = dayOf(validToDate);
  const written = { certificateFile, keyFile, names: namesOf(certificate), validUntil, fingerprint };
  return { written, text: textFor(written, { isRenewal: renew, file: place.file, next: place.next }) };
}

type Written = { certificateFile: string; keyFile: string; names: string[]; validUntil: string; fingerprint: string };

function textFor(
  { certificateFile, keyFile, names, validUntil, fingerprint }: Written,
  { isRenewal, file, next }: { isRenewal: boolean; file: string; next: string },
): string {
  const settings = `Put this into ${file}:

api:
  listen: "0.0.0.0:8888"
  http: "0.0.0.0:8890"
  tokens: required
  tls: { certificateFile: ${JSON.stringify(certificateFile)}, keyFile: ${JSON.stringify(keyFile)} }

Next:  ${next}
Then:  dwld token create NAME    for each caller from another machine
`;
  return `wrote ${certificateFile}, valid until ${validUntil}, for ${names.join(", ")}
${isRenewal ? "" : `wrote ${keyFile}\n`}
Its SHA-256 fingerprint, by which clients know this server:

  ${fingerprint}

${isRenewal ? "The api reads it within a minute. Clients pin the new fingerprint.\n" : settings}On another machine:  dwld --server https://${names[0] ?? ""}:8890 --fingerprint ${fingerprint} status
`;
}

function readPair(certificateFile: string, keyFile: string): { key: string; names: string[] } {
  try {
    return { key: readFileSync(keyFile, "utf8"), names: namesOf(readFileSync(certificateFile, "utf8")) };
  } catch (error) {
    throw new CertificateError(`there is no certificate in ${dirname(keyFile)} to renew; leave out --renew`, {
      cause: error,
    });
  }
}

/** The names of this machine, and its addresses of today. */
function ownNames(): string[] {
  const addresses = Object.values(networkInterfaces()).flatMap((all = []) => all);
  const reachable = addresses.flatMap(({ address, internal, scopeid }) => (internal || scopeid ? [] : [address]));
  return [hostname(), ...reachable].filter(isServerName);
}

/** Has openssl make a certificate, and a key unless there is one. */
async function sign(names: readonly string[], days: number, key: string | undefined, env: NodeJS.ProcessEnv) {
  const folder = mkdtempSync(join(tmpdir(), "dwld-tls-"));
  try {
    const keyFile = join(folder, "key.pem");
    if (key !== undefined) writeFileSync(keyFile, key, { mode: 0o600 });
    const answer = await askProgram("openssl", request({ names, days, keyFile, isNew: key === undefined }), env);
    if (!answer.found) throw new CertificateError("openssl is not installed: sudo apt install openssl");
    if (answer.exitCode !== 0) throw new CertificateError(`openssl failed: ${answer.stderr.trim()}`);
    return { key: readFileSync(keyFile, "utf8"), certificate: `${answer.stdout.trim()}\n` };
  } finally {
    rmSync(folder, { recursive: true });
  }
}
