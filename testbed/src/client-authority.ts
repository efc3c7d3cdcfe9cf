import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { execa } from "execa";

/** A certificate of a client and its key, as PEM. */
export interface ClientCertificate {
  readonly cert: string;
  readonly key: string;
}

/** An authority for certificates of clients. */
export interface ClientAuthority {
  /** Its own certificate, a PEM file. */
  readonly file: string;
  /** Makes a certificate of this authority. @param args further arguments of `openssl req`, such as dates. */
  sign(name: string, ...args: string[]): Promise<ClientCertificate>;
}

/** Makes an authority, whose files are put into a folder. */
export async function makeClientAuthority(folder: string): Promise<ClientAuthority> {
  const file = join(folder, "authority.pem");
  const keyFile = join(folder, "authority-key.pem");
  const { cert, key } = await makeSelfSigned("clients");
  await Promise.all([writeFile(file, cert), writeFile(keyFile, key)]);
  const leaf = ["-CA", file, "-CAkey", keyFile, "-addext", "basicConstraints=critical,CA:FALSE"];
  return { file, sign: (name, ...args) => makeSelfSigned(name, ...leaf, ...args) };
}

/** Makes a certificate that its own key signed, unless further arguments of `openssl req` say otherwise. */
export async function makeSelfSigned(name: string, ...args: string[]): Promise<ClientCertificate> {
  const { stdout } = await execa("openssl", [
    ...["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"],
    ...["-subj", `/CN=${name}`, "-keyout", "-", "-out", "-", ...args],
  ]);
  const [key = "", cert = ""] = stdout.match(/-----BEGIN [^]+?-----END [A-Z ]+-----\n?/g) ?? [];
  return { cert, key };
}
