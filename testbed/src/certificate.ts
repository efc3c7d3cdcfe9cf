import { X509Certificate } from "node:crypto";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { execa } from "execa";

export interface Certificate {
  /** PEM files. */
  certificateFile: string;
  keyFile: string;
  /** SHA-256 of the certificate, as "AB:CD:…". */
  fingerprint: string;
}

/** Makes a self-signed certificate for localhost and 127.0.0.1 in a folder, good for two days. */
export async function makeCertificate(folder: string): Promise<Certificate> {
  const certificateFile = join(folder, "certificate.pem");
  const keyFile = join(folder, "key.pem");
  await execa("openssl", [
    ...["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2"],
    ...["-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1"],
    ...["-keyout", keyFile, "-out", certificateFile],
  ]);
  const { fingerprint256 } = new X509Certificate(await readFile(certificateFile));
  return { certificateFile, keyFile, fingerprint: fingerprint256 };
}
