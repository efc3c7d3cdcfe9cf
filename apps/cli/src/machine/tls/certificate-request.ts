import { X509Certificate } from "node:crypto";
import { isIP } from "node:net";
import { withoutBrackets } from "@dwld/text";

/** Whether a text is a host name (RFC 1123) or an address: openssl reads commas and colons of it as its own. */
export function isServerName(text: string): boolean {
  if (isIP(text) !== 0) return !text.includes("%");
  return (
    /^(?=.{1,253}$)(?!-)[a-z0-9-]{1,63}(?<!-)(\.(?!-)[a-z0-9-]{1,63}(?<!-))*$/i.test(text) && !/^[\d.]+$/.test(text)
  );
}

/** Names that every certificate is for, so that clients of this machine may use it. */
const loopback = ["localhost", "127.0.0.1", "::1"];

/** Returns the arguments of openssl for a certificate on its standard output. It can sign no other. */
export function request(options: {
  names: readonly string[];
  days: number;
  keyFile: string;
  isNew: boolean;
}): string[] {
  const { names, days, keyFile, isNew } = options;
  const all = [...new Set([...names, ...loopback])].map((name) => `${isIP(name) === 0 ? "DNS" : "IP"}:${name}`);
  const key = isNew
    ? ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-noenc", "-keyout", keyFile]
    : ["-key", keyFile];
  const extensions = [
    `subjectAltName=${all.join(",")}`,
    "basicConstraints=critical,CA:FALSE",
    "keyUsage=critical,digitalSignature",
    "extendedKeyUsage=serverAuth",
  ];
  return [
    ...["req", "-x509", ...key, "-sha256", "-days", String(days), "-subj", "/CN=dwld"],
    ...extensions.flatMap((extension) => ["-addext", extension]),
  ];
}

/** Returns the names and addresses of a certificate. @throws Error if the text is none. */
export function namesOf(certificate: string): string[] {
  const { subjectAltName = "" } = new X509Certificate(certificate);
  return subjectAltName.split(", ").map((entry) => shortest(entry.replace(/^(DNS|IP Address):/, "")));
}

/** OpenSSL writes all zeros of an IPv6 address. */
function shortest(name: string): string {
  return isIP(name) === 6 ? withoutBrackets(new URL(`http://[${name}]`).hostname) : name;
}
