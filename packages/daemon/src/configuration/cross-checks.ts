import { formatAddress, readAddress } from "../listen-address.ts";
import { checkBots } from "./bot-checks.ts";
import { type PathProblem, valueAt } from "./explain-issue.ts";
import type { ParsedConfiguration } from "./schema.ts";
import { showValue } from "./show-value.ts";
import { checkStagesAndSites } from "./stage-checks.ts";
import { canonicalHost } from "./values.ts";
import { isSection } from "./written-values.ts";

/**
 * What two keys together may not say. It reads the file as it was written, beside the schema and not after it,
 * so that a mistake in one place hides none in another; what has the wrong type is the schema's to report.
 */
export function crossCheck(written: unknown, defaults: ParsedConfiguration): PathProblem[] {
  return [
    ...checkStagesAndSites(written),
    ...checkListenAddresses(written, defaults),
    ...checkFtp(written),
    ...checkBots(written, defaults),
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
    return other === undefined
      ? []
      : [{ path, message: `${address} is the address of ${other} too`, remedy: "give each its own port" }];
  });
}

function checkFtp(written: unknown): PathProblem[] {
  const ftp = valueAt(written, ["ftp"]);
  if (!isSection(ftp) || valueAt(ftp, ["enabled"]) === false) return [];
  const problems: PathProblem[] = [];
  const host = valueAt(ftp, ["host"]);
  if (host === undefined) {
    problems.push({
      path: ["ftp", "host"],
      message: "is missing",
      remedy: "name the FTP server, or write enabled: false",
    });
  } else if (typeof host === "string" && host !== "" && canonicalHost(host) === undefined) {
    const remedy = "write the host name or IP address alone; the port is ftp.port, the folder ftp.directory";
    problems.push({ path: ["ftp", "host"], message: `${showValue(host)} is not a host name`, remedy });
  }
  const directory = valueAt(ftp, ["directory"]);
  if (typeof directory === "string" && directory.split("/").some((part) => part === "..")) {
    problems.push({
      path: ["ftp", "directory"],
      message: "leads upwards with ..",
      remedy: "write the folder itself, such as /videos",
    });
  }
  const mode = valueAt(ftp, ["tls", "mode"]);
  if (mode === undefined || mode === "none") {
    for (const key of ["caFile", "fingerprint"]) {
      if (valueAt(ftp, ["tls", key]) === undefined) continue;
      const message = "is of no use without TLS";
      problems.push({
        path: ["ftp", "tls", key],
        message,
        remedy: "set ftp.tls.mode to explicit or implicit, or leave it out",
      });
    }
  }
  return problems;
}
