/** "chrome-131:macos-14": a browser, and the system that it runs on. */
export type ImpersonationTarget = string;

/**
 * What yt-dlp can imitate, from its --list-impersonate-targets (2025.04.30, 2026.10.26): a table whose columns are two
 * spaces apart, with "(unavailable)" where curl_cffi is missing.
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
 * Whether one of the targets is what is wanted: what it leaves open may be anything ("chrome", "chrome:windows"), and
 * "any" leaves everything open.
 */
export function canImpersonate(targets: readonly ImpersonationTarget[], wanted: string): boolean {
  const parts = partsOf(wanted === "any" ? "" : wanted.toLowerCase());
  return targets.some((target) =>
    partsOf(target).every((part, index) => parts[index] === undefined || parts[index] === part),
  );
}

/** Client, its version, system, its version; undefined where it is left open. */
function partsOf(target: string): (string | undefined)[] {
  const [browser = "", system = ""] = target.split(":");
  const split = (text: string): (string | undefined)[] => {
    const [name = "", version] = text.split("-");
    return [name === "" ? undefined : name, version];
  };
  return [...split(browser), ...split(system)];
}
