import { X509Certificate } from "node:crypto";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { execa } from "execa";

export interface Certificate {
  /** PEM files. */
  certificateFile: string;
  keyFile: string;
  /** SHA-256 of the certificate, as "AB:CD:…". */
  fingerprint: string;
}

/** Made once for a process: a key costs more than the start of a server. */
let made: Promise<{ key: string; certificate: string }> | undefined;

/**
 * Writes a self-signed certificate for localhost and 127.0.0.1 into a folder; it is good for 30 days.
 * @param isAnother whether it is to differ from those of other calls.
 */
export async function makeCertificate(folder: string, { isAnother = false } = {}): Promise<Certificate> {
  made ??= make();
  const { key, certificate } = await (isAnother ? make() : made);
  const certificateFile = join(folder, "certificate.pem");
  const keyFile = join(folder, "key.pem");
  await writeFile(certificateFile, certificate);
  await writeFile(keyFile, key, { mode: 0o600 });
  return { certificateFile, keyFile, fingerprint: new X509Certificate(certificate).fingerprint256 };
}

async function make(): Promise<{ key: string; certificate: string }> {
  const { stdout } = await execa("openssl", [
    ...["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "30"],
    ...["-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1"],
    ...["-keyout", "-", "-out", "-"],
  ]);
  const [key = "", certificate = ""] = stdout.match(/-----BEGIN [^]+?-----END [A-Z ]+-----\n?/g) ?? [];
  return { key, certificate };
}
