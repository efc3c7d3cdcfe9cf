import { createPrivateKey, X509Certificate } from "node:crypto";
import { createSecureContext } from "node:tls";
import { errorText } from "@dwld/text";
import type { Configuration } from "./complete-configuration.ts";
import { ConfigurationError } from "./configuration-error.ts";
import { readFile } from "./read-file.ts";

type TlsSettings = NonNullable<Configuration["api"]["tls"]>;

/** The content of the files of `api.tls`. */
export type TlsFiles = {
  /** Options of a TLS context. All of them are given anew with each certificate: a context forgets what it is not given. */
  readonly context: {
    readonly cert: Buffer;
    readonly key: Buffer;
    readonly minVersion: "TLSv1.2" | "TLSv1.3";
    /** The authority of client certificates, if they are asked for. */
    readonly ca?: Buffer;
  };
  /** The certificate of the server itself, the first in its file. */
  readonly certificate: X509Certificate;
};

/**
 * Reads the files of `api.tls`. They are read as they are, and never as credentials of systemd, which do not follow a
 * renewal.
 *
 * @throws ConfigurationError of one sentence if a server cannot be run with them now.
 */
export function readTlsFiles(settings: TlsSettings, nowMs: number): TlsFiles {
  const { certificateFile, keyFile, clientCaFile, minVersion } = settings;
  const cert = readFile(certificateFile, {
    absent: "make it with `dwld tls self-signed`, or name the right one in api.tls.certificateFile",
    forbidden: "make it readable to that user",
    folder: "name the file in it",
  });
  const key = readFile(keyFile, {
    absent: "make it with `dwld tls self-signed`, or name the right one in api.tls.keyFile",
    forbidden: "give it to that user (chown), mode 0400",
    folder: "name the file in it",
  });
  const ca = clientCaFile === undefined ? undefined : readClientAuthority(clientCaFile);
  const certificate = readCertificate(certificateFile, cert, "the server's certificate");
  if (!certificate.checkPrivateKey(readKey(keyFile, key)))
    throw ConfigurationError.ofFile(
      keyFile,
      `is not the key of the certificate in ${certificateFile}`,
      "name the two files of one pair in api.tls",
    );
  const context = { cert, key, minVersion, ...(ca === undefined ? {} : { ca }) };
  try {
    createSecureContext(context);
  } catch (error) {
    throw ConfigurationError.ofFile(
      certificateFile,
      `is refused by OpenSSL (${errorText(error)})`,
      "make another with `dwld tls self-signed`, or see what the authority gave you",
    );
  }
  if (certificate.validFromDate.getTime() > nowMs)
    throw ConfigurationError.ofFile(
      certificateFile,
      `is not valid before ${dayOf(certificate.validFromDate)}`,
      "see whether the clock of this machine is right",
    );
  if (certificate.validToDate.getTime() <= nowMs)
    throw ConfigurationError.ofFile(
      certificateFile,
      `has expired on ${dayOf(certificate.validToDate)}`,
      "renew it (`dwld tls self-signed --renew` keeps the key), or see why its renewal failed",
    );
  return { context, certificate };
}

/** Days before the end of a certificate from which on it is time to renew it. */
export const renewalDays = 14;

/** Returns the day of a time, as 2026-01-31. */
export function dayOf(time: Date): string {
  return time.toISOString().slice(0, 10);
}

function readClientAuthority(file: string): Buffer {
  const content = readFile(file, {
    absent: "make it, or name the right one in api.tls.clientCaFile",
    forbidden: "make it readable to that user",
    folder: "name the file in it",
  });
  readCertificate(file, content, "the authority of client certificates");
  return content;
}

function readCertificate(file: string, content: Buffer, meant: string): X509Certificate {
  try {
    return new X509Certificate(content);
  } catch {
    throw ConfigurationError.ofFile(file, "holds no certificate", `name a PEM file of ${meant}`);
  }
}

function readKey(file: string, content: Buffer) {
  if (content.includes("ENCRYPTED"))
    throw ConfigurationError.ofFile(file, "has a passphrase", "write the key without one: openssl pkey -in … -out …");
  try {
    return createPrivateKey(content);
  } catch {
    throw ConfigurationError.ofFile(file, "holds no private key", "name the PEM file of the certificate's key");
  }
}
