import { X509Certificate } from "node:crypto";
import { readFileSync } from "node:fs";
import type { Configuration } from "@dwld/daemon";
import { minuteMs } from "@dwld/timing";
import type { Certificate } from "./observe.ts";

/** Between two looks at its file, ms: a certificate ends in days. */
const readEveryMs = 10 * minuteMs;

/**
 * Returns a function for the certificate of the api, also if it has ended. While its file cannot be read, it is the one that
 * was read last. Undefined: the api has none.
 */
export function certificateOf(tls: Configuration["api"]["tls"], now: () => number): () => Certificate | undefined {
  if (tls === undefined) return () => undefined;
  let readAtMs = -Infinity;
  let last: Certificate | undefined;
  return () => {
    const atMs = now();
    if (atMs >= readAtMs && atMs - readAtMs < readEveryMs) return last;
    readAtMs = atMs;
    last = readCertificate(tls.certificateFile) ?? last;
    return last;
  };
}

function readCertificate(file: string): Certificate | undefined {
  try {
    return { file, endsAtMs: new X509Certificate(readFileSync(file)).validToDate.getTime() };
  } catch {
    // The listeners, which need it, say why.
    return undefined;
  }
}
