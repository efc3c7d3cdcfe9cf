import { accessSync, constants, readFileSync, realpathSync, statSync } from "node:fs";
import { dirname } from "node:path";
import { installed } from "@dwld/layout/places";
import { errorCode, isSystemError } from "@dwld/text";
import type { Configuration } from "./complete-configuration.ts";
import { ConfigurationError } from "./configuration-error.ts";
import { type PathProblem, valueAt } from "./written-values.ts";
import { readSecretFile } from "./secret-file.ts";
import { readTlsFiles } from "./tls-files.ts";
import { isUnitSecret, type SecretHolder, secretsFolderOf } from "./unit-secrets.ts";

/**
 * Finds what is wrong with the files that a configuration names, as far as this user sees it: each is read as the
 * process reads it that needs it.
 *
 * @param written the content of the configuration file `file`. Files that only built-in stages name may be absent.
 */
export function checkNamedFiles(configuration: Configuration, written: unknown, file: string): PathProblem[] {
  const { api, database, ftp, notify, register, stages } = configuration;
  const secrets: Secret[] = [
    ...("url" in database
      ? [
          { path: ["database", "passwordFile"], secret: database.passwordFile, holder: "database" } as const,
          { path: ["database", "owner", "passwordFile"], secret: database.owner?.passwordFile, holder: undefined },
        ]
      : []),
    { path: ["ftp", "passwordFile"], secret: ftp?.passwordFile, holder: "ftp-sender" },
    ...register.map(({ secretFile }, index): Secret => ({
      path: ["register", index, "secretFile"],
      secret: secretFile,
      holder: "api",
    })),
    ...notify.targets.flatMap(({ webhook, ntfy, telegram }, index): Secret[] => {
      const at = (...keys: string[]) => ["notify", "targets", index, ...keys];
      return [
        { path: at("webhook", "secretFile"), secret: webhook?.secretFile, holder: "api" },
        { path: at("ntfy", "tokenFile"), secret: ntfy?.tokenFile, holder: "api" },
        { path: at("telegram", "tokenFile"), secret: telegram?.tokenFile, holder: "api" },
      ];
    }),
    { path: ["notify", "taskSecretFile"], secret: notify.taskSecretFile, holder: "api" },
  ];
  return [
    ...secrets.flatMap((one) => checkSecret(one, file)),
    ...("url" in database ? checkAuthority("database", database.directTls.caFile ?? database.tls.caFile) : []),
    ...checkAuthority("ftp", ftp?.tls.caFile),
    ...checkTls(api.tls, file),
    ...Object.entries(stages).flatMap(([name, { cookies }]) => {
      const path = ["stages", name, "cookies"];
      return cookies === undefined || valueAt(written, path) === undefined ? [] : checkCookies(path, cookies);
    }),
  ];
}

/** A file that a key at `path` may name, and who is handed it; undefined: it may be root's alone. */
type Secret = {
  readonly path: PathProblem["path"];
  readonly secret: string | undefined;
  readonly holder: SecretHolder | undefined;
};

function checkSecret({ path, secret, holder }: Secret, file: string): PathProblem[] {
  if (secret === undefined) return [];
  const isCredential = isUnitSecret(secret);
  try {
    readSecretFile(secret);
  } catch (error) {
    const problem = problemOf(path, error);
    const isRoots = isCredential || holder === undefined;
    if (isRoots && problem.message.includes(" may not be read") && process.getuid?.() !== 0)
      return [{ path, message: `${secret} is root's to read`, remedy: "ask again with sudo" }];
    return [problem];
  }
  if (holder === undefined) return [];
  const folder = secretsFolderOf(holder);
  // Directly in their folder they are of an earlier version, until `make install` has handed them out.
  if (isCredential && ![folder, dirname(folder)].includes(dirname(realpathSync(secret))))
    return [{ path, message: `${secret} is not handed to ${unitsOf(holder)}`, remedy: `move it to ${folder}` }];
  if (isCredential || !isRootsAlone(secret, file)) return [];
  const remedy = `move it to ${folder}, from which ${unitsOf(holder)} is handed it, or give it to the user dwld`;
  return [{ path, message: `${secret} can be read by root alone, and the units run as dwld`, remedy }];
}

function unitsOf(holder: SecretHolder): string {
  return holder === "database" ? "each unit" : `the ${holder}`;
}

/** Whether the units, which run as the user dwld, cannot read a file that root, who asks, can. */
function isRootsAlone(path: string, file: string): boolean {
  const { mode, uid } = statSync(path);
  return file === installed.configuration && process.getuid?.() === 0 && uid === 0 && (mode & 0o044) === 0;
}

/** Returns what a file that was read had to say. */
function problemOf(path: PathProblem["path"], error: unknown): PathProblem {
  if (!(error instanceof ConfigurationError)) throw error;
  const { message = "", remedy = "" } = error.problems[0] ?? {};
  return { path, message: `${error.file} ${message}`, remedy };
}

function checkTls(tls: Configuration["api"]["tls"], file: string): PathProblem[] {
  if (tls === undefined) return [];
  const keyPath = ["api", "tls", "keyFile"];
  try {
    readTlsFiles(tls, Date.now());
  } catch (error) {
    const named = (["keyFile", "clientCaFile"] as const).find(
      (key) => error instanceof ConfigurationError && error.file === tls[key],
    );
    return [problemOf(["api", "tls", named ?? "certificateFile"], error)];
  }
  if (!isRootsAlone(tls.keyFile, file)) return [];
  const message = `${tls.keyFile} can be read by root alone, and the api runs as dwld`;
  return [{ path: keyPath, message, remedy: `chown dwld ${tls.keyFile}` }];
}

function checkAuthority(section: string, caFile: string | undefined): PathProblem[] {
  if (caFile === undefined) return [];
  const path = [section, "tls", "caFile"];
  const text = readOrExplain(caFile);
  if (typeof text !== "string") return [{ path, ...text }];
  if (text.includes("-----BEGIN CERTIFICATE-----")) return [];
  return [
    { path, message: `${caFile} holds no certificate`, remedy: "name a PEM file of the authority's certificate" },
  ];
}

function readOrExplain(path: string): string | Pick<PathProblem, "message" | "remedy"> {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    return unreadable(path, error);
  }
}

/** Mode bits of a file for group and others (chmod(2)). */
const forOthers = 0o077;

function checkCookies(path: PathProblem["path"], cookies: string): PathProblem[] {
  try {
    const stats = statSync(cookies);
    accessSync(cookies, constants.R_OK);
    const isOpen = (stats.mode & forOthers) !== 0 && (statSync(dirname(cookies)).mode & forOthers) !== 0;
    if (stats.isDirectory() || !isOpen) return [];
    const message = `${cookies} can be read by others, who could log in with it, and is not used`;
    return [{ path, message, remedy: `chmod 600 ${cookies}` }];
  } catch (error) {
    return [{ path, ...unreadable(cookies, error) }];
  }
}

function unreadable(path: string, error: unknown): Pick<PathProblem, "message" | "remedy"> {
  if (!isSystemError(error)) throw error;
  const code = errorCode(error);
  if (code === "ENOENT" || code === "ENOTDIR")
    return { message: `${path} does not exist`, remedy: "make it, or name the right one" };
  return { message: `${path} cannot be read (${code})`, remedy: "give it to the user dwld runs as" };
}
