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

/** Made once for a process, by days: a key costs more than the start of a server. */
const made = new Map<number, ReturnType<typeof make>>();

/**
 * Writes a self-signed certificate for localhost and 127.0.0.1 into a folder.
 * @param days how long it is good for; less than two weeks is a warning of the doctor.
 * @param isAnother whether it is to differ from those of other calls.
 */
export async function makeCertificate(folder: string, { days = 30, isAnother = false } = {}): Promise<Certificate> {
  const making = (isAnother ? undefined : made.get(days)) ?? make(days);
  if (!isAnother) made.set(days, making);
  const { key, cert } = await making;
  const certificateFile = join(folder, "certificate.pem");
  const keyFile = join(folder, "key.pem");
  await writeFile(certificateFile, cert);
  await writeFile(keyFile, key, { mode: 0o600 });
  return { certificateFile, keyFile, fingerprint: new X509Certificate(cert).fingerprint256 };
}

function make(days: number) {
  return makeSelfSigned("localhost", "-days", String(days), "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1");
}
