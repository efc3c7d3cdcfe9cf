import { ConfigurationError, dayOf, readTlsFiles, renewalDays } from "@dwld/daemon";
import { dayMs } from "@dwld/timing";
import type { DoctorContext } from "../check.ts";
import { failure, type Found, ok, warning } from "../finding.ts";

/** Checks the certificate of the api: whether it can be used, and for how long. */
export function checkTls({ configuration, now }: DoctorContext): Found | Found[] {
  const { tls } = configuration.api;
  if (tls === undefined) return [];
  try {
    const { certificate } = readTlsFiles(tls, now());
    const { validToDate, subjectAltName = "no name" } = certificate;
    const daysLeft = Math.floor((validToDate.getTime() - now()) / dayMs);
    const message = `the certificate for ${subjectAltName} is valid until ${dayOf(validToDate)}`;
    if (daysLeft >= renewalDays) return ok(message);
    return warning(`${message}, ${daysLeft} days`, `Renew ${tls.certificateFile}; the api reads it within a minute.`);
  } catch (error) {
    if (!(error instanceof ConfigurationError)) throw error;
    const { message = "", remedy = "" } = error.problems[0] ?? {};
    return failure(`${error.file} ${message}`, remedy);
  }
}
