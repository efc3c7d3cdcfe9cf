import { isSection, itemsOf, type PathProblem, valueAt } from "./written-values.ts";

const listPath = ["api", "tls", "clientCertificates"];

/** Checks the keys of `api.tls.clientCertificates` against each other, and against those around them. */
export function checkClientCertificates(written: unknown): PathProblem[] {
  const certificates = itemsOf(valueAt(written, listPath));
  if (certificates.length === 0) return [];
  const problems: PathProblem[] = [];
  if (valueAt(written, ["api", "tls", "clientCaFile"]) === undefined)
    problems.push({
      path: listPath,
      message: "is of no use without clientCaFile, as no client is asked for its certificate",
      remedy: "name a PEM file of their authority in api.tls.clientCaFile",
    });
  if (valueAt(written, ["api", "tokens"]) === "off")
    problems.push({
      path: listPath,
      message: "and api.tokens: off contradict each other: everybody is an admin, with or without a certificate",
      remedy: "leave out one of the two",
    });
  const seen = new Map<string, number>();
  for (const [index, certificate] of certificates.entries()) {
    if (!isSection(certificate)) continue;
    const fingerprint = String(valueAt(certificate, ["fingerprint"]))
      .toUpperCase()
      .replaceAll(":", "");
    const twin = seen.get(fingerprint);
    seen.set(fingerprint, index);
    if (twin !== undefined)
      problems.push({
        path: [...listPath, index, "fingerprint"],
        message: `is that of clientCertificates[${twin}] too`,
        remedy: "name each certificate once",
      });
    const isBound = itemsOf(valueAt(certificate, ["chats"])).length > 0;
    if (isBound && valueAt(certificate, ["role"]) === "admin")
      problems.push({
        path: [...listPath, index, "chats"],
        message: "are of no use to an admin, who may do everything",
        remedy: "leave them out, or choose another role",
      });
  }
  return problems;
}
