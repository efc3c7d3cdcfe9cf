import * as z from "zod";
import { fingerprint, list, name, oneOf, path, text } from "./values.ts";

const chatsRight = 'a list of up to 20 chats, each in quotation marks, such as ["42"]';

/** A certificate by which a client is known. client-certificate-checks.ts checks its keys against each other. */
const clientCertificate = z.strictObject({
  fingerprint: fingerprint().describe("The SHA-256 fingerprint of the certificate."),
  name: name("client certificate").describe("Its name in the log and in errors."),
  role: oneOf(["admin", "user", "viewer"]).describe("The role of its callers, as that of a token."),
  chats: z
    .array(text(chatsRight), { error: chatsRight })
    .max(20, { error: chatsRight })
    .default([])
    .describe("The chats that it is bound to; none: all."),
});

/** The section `api.tls`. */
export const apiTls = z.strictObject({
  certificateFile: path("/etc/dwld/tls/certificate.pem").describe(
    "A PEM file: the certificate of this server, then those between it and an authority.",
  ),
  keyFile: path("/etc/dwld/tls/key.pem").describe("A PEM file with the key of the certificate."),
  minVersion: oneOf(["TLSv1.2", "TLSv1.3"]).default("TLSv1.2").describe("The oldest version of TLS that is spoken."),
  clientCaFile: path("/etc/dwld/tls/clients.pem")
    .exactOptional()
    .describe(
      "A PEM file with the authority of client certificates: a client may present one, and those in clientCertificates stand in for a token. Absent: none is asked for.",
    ),
  clientCertificates: list(clientCertificate, {
    min: 0,
    right: "a list of certificates, such as [{ fingerprint: AB:CD:…, name: bot, role: user }]",
  })
    .exactOptional()
    .describe("The client certificates that are known, each with its role; all others are refused."),
});
