import { X509Certificate } from "node:crypto";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { makeSelfSigned } from "./client-authority.ts";

export interface Certificate {
  /** PEM files. */
  certificateFile: string;
  keyFile: string;
  /** SHA-256 of the certificate, as "AB:CD:…". */
  fingerprint: string;
}

/** Made once for a process: a key costs more than the start of a server. */
let made: ReturnType<typeof make> | undefined;

/**
 * Writes a self-signed certificate for localhost and 127.0.0.1 into a folder; it is good for 30 days.
 * @param isAnother whether it is to differ from those of other calls.
 */
export async function makeCertificate(folder: string, { isAnother = false } = {}): Promise<Certificate> {
  made ??= make();
  const { key, cert } = await (isAnother ? make() : made);
  const certificateFile = join(folder, "certificate.pem");
  const keyFile = join(folder, "key.pem");
  await writeFile(certificateFile, cert);
  await writeFile(keyFile, key, { mode: 0o600 });
  return { certificateFile, keyFile, fingerprint: new X509Certificate(cert).fingerprint256 };
}

function make() {
  return makeSelfSigned("localhost", "-days", "30", "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1");
}
