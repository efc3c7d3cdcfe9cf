/** A browser and the system that it runs on: "chrome-131:macos-14". */
export type ImpersonationTarget = string;

/**
 * Reads yt-dlp's --list-impersonate-targets (2025.04.30, 2026.10.26): a table whose columns are two spaces apart, with
 * "(unavailable)" if curl_cffi is missing.
 */
export function readImpersonationTargets(output: string): ImpersonationTarget[] {
  const lines = output.split("\n");
  const rule = lines.findIndex((line) => /^-{10,}$/.test(line));
  if (rule === -1) return [];
  return lines.slice(rule + 1).flatMap((line) => {
    const [client = "-", system = "-"] = line.toLowerCase().split(/\s{2,}/);
    if (line.includes("(unavailable)") || !/^[a-z]/.test(client)) return [];
    return [system === "-" ? client : `${client}:${system}`];
  });
}

/**
 * Returns whether one of the targets fits. Parts that `wanted` leaves out may be anything ("chrome", "chrome:windows"), and
 * "any" fits every target.
 */
export function canImpersonate(targets: readonly ImpersonationTarget[], wanted: string): boolean {
  const parts = partsOf(wanted === "any" ? "" : wanted.toLowerCase());
  return targets.some((target) =>
    partsOf(target).every((part, index) => parts[index] === undefined || parts[index] === part),
  );
}

/** Splits into client, its version, system and its version; undefined for parts that are left out. */
function partsOf(target: string): (string | undefined)[] {
  const [browser = "", system = ""] = target.split(":");
  const split = (text: string): (string | undefined)[] => {
    const [name = "", version] = text.split("-");
    return [name === "" ? undefined : name, version];
  };
  return [...split(browser), ...split(system)];
}
