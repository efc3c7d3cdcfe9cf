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

/** Makes one for each process: to make one costs more than to start an FTP server. */
let made: Promise<{ certificate: string; key: string }> | undefined;

/** Puts a self-signed certificate for localhost and 127.0.0.1 into a folder; the same one for all of this process. */
export async function makeCertificate(folder: string): Promise<Certificate> {
  const certificateFile = join(folder, "certificate.pem");
  const keyFile = join(folder, "key.pem");
  const { certificate, key } = await (made ??= make());
  await writeFile(certificateFile, certificate);
  await writeFile(keyFile, key, { mode: 0o600 });
  return { certificateFile, keyFile, fingerprint: new X509Certificate(certificate).fingerprint256 };
}

/** Good for two days. */
async function make(): Promise<{ certificate: string; key: string }> {
  const { stdout } = await execa("openssl", [
    ...["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2"],
    ...["-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1"],
    ...["-keyout", "-", "-out", "-"],
  ]);
  const [key = "", certificate = ""] = stdout.split(/(?=-----BEGIN CERTIFICATE-----)/);
  return { certificate, key };
}
