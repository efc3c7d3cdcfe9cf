import { formatAddress, readAddress } from "../network/listen-address.ts";
import { checkBots } from "./bot-checks.ts";
import { checkClientCertificates } from "./client-certificate-checks.ts";
import { checkDatabase } from "./database-checks.ts";
import { checkNotify } from "./notify-checks.ts";
import type { ParsedConfiguration } from "./schema.ts";
import { showValue } from "./show-value.ts";
import { checkStagesAndSites } from "./stage-checks.ts";
import { canonicalHost } from "./values.ts";
import { isSection, type PathProblem, valueAt } from "./written-values.ts";

/**
 * Checks keys against each other. It reads the file as it was written, beside the schema and not after it, so that a
 * mistake in one place hides none in another; the schema reports values of a wrong type.
 */
export function crossCheck(written: unknown, defaults: ParsedConfiguration): PathProblem[] {
  return [
    ...checkStagesAndSites(written),
    ...checkListenAddresses(written, defaults),
    ...checkDatabase(written),
    ...checkFtp(written),
    ...checkWall(written),
    ...checkBots(written, defaults),
    ...checkClientCertificates(written),
    ...checkNotify(written),
  ];
}

const listenerPaths = [
  ["api", "listen"],
  ["api", "http"],
  ["health", "api"],
  ["health", "worker"],
  ["health", "ftpSender"],
] as const;

function checkListenAddresses(written: unknown, defaults: ParsedConfiguration): PathProblem[] {
  const taken = new Map<string, string>();
  return listenerPaths.flatMap((path) => {
    const text = valueAt(written, path) ?? valueAt(defaults, path);
    const read = typeof text === "string" ? readAddress(text) : undefined;
    if (read === undefined || read.port === 0) return [];
    const address = formatAddress(read);
    const other = taken.get(address);
    taken.set(address, path.join("."));
    if (other === undefined) return [];
    return [{ path, message: `${address} is the address of ${other} too`, remedy: "give each its own port" }];
  });
}

function checkWall(written: unknown): PathProblem[] {
  if (valueAt(written, ["worker", "wall"]) !== "required") return [];
  if (valueAt(written, ["worker", "allowPrivateHosts"]) !== true) return [];
  const message =
    "required and worker.allowPrivateHosts contradict each other: private hosts are reached without a wall";
  return [{ path: ["worker", "wall"], message, remedy: "write auto, or leave out allowPrivateHosts" }];
}

function checkFtp(written: unknown): PathProblem[] {
  const ftp = valueAt(written, ["ftp"]);
  if (!isSection(ftp) || valueAt(ftp, ["enabled"]) === false) return [];
  const problems: PathProblem[] = [];
  const wrong = (path: readonly string[], message: string, remedy: string): void => {
    problems.push({ path: ["ftp", ...path], message, remedy });
  };
  const host = valueAt(ftp, ["host"]);
  const directory = valueAt(ftp, ["directory"]);
  if (host === undefined) wrong(["host"], "is missing", "name the FTP server, or write enabled: false");
  else if (typeof host === "string" && host !== "" && canonicalHost(host) === undefined) {
    const remedy = "write the host name or IP address alone; the port is ftp.port, the folder ftp.directory";
    wrong(["host"], `${showValue(host)} is not a host name`, remedy);
  }
  if (typeof directory === "string" && directory.split("/").includes(".."))
    wrong(["directory"], "leads upwards with ..", "write the folder itself, such as /videos");
  if ((valueAt(ftp, ["tls", "mode"]) ?? "none") === "none")
    for (const key of ["caFile", "fingerprint"])
      if (valueAt(ftp, ["tls", key]) !== undefined)
        wrong(["tls", key], "is of no use without TLS", "set ftp.tls.mode to explicit or implicit, or leave it out");
  return problems;
}
