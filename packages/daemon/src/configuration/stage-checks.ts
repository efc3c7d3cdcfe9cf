import { builtInSites, builtInStages } from "./built-in-sites.ts";
import { defaultSiteName } from "./complete-sites.ts";
import { checkNames } from "./name-list-checks.ts";
import { suggestion } from "./nearest-word.ts";
import { clientArgument } from "./site-clients.ts";
import { canonicalHost } from "./values.ts";
import { isSection, itemsOf, keysOf, type PathProblem, valueAt } from "./written-values.ts";

/** Checks the keys of stages, of sites and of yt-dlp's commands against each other. */
export function checkStagesAndSites(written: unknown): PathProblem[] {
  return [
    ...checkCommands(written),
    ...checkUpdate(written),
    ...keysOf(valueAt(written, ["stages"])).flatMap((name) => checkStage(written, name)),
    ...keysOf(valueAt(written, ["sites"])).flatMap((site) => [
      ...(site === defaultSiteName ? checkDefaultSite(written) : checkHosts(written, site)),
      ...checkLadder(written, site),
    ]),
    ...checkSharedHosts(written),
  ];
}

const commandsPath = ["worker", "ytdlp", "commands"];
/** As yt-dlp names its releases: "2026.10.26", of a night "2026.10.26.232721". */
const ytdlpVersion = /^\d{4}\.\d{2}\.\d{2}(\.\d{1,6})?$/;

const hasCommand = (written: unknown): boolean => valueAt(written, ["worker", "ytdlp", "command"]) !== undefined;

/** See `isManaged` of complete-configuration.ts. */
function hasManagedYtdlp(written: unknown): boolean {
  const channel = valueAt(written, ["worker", "ytdlp", "update", "channel"]) ?? "off";
  const asks = channel !== "off";
  return !hasCommand(written) && (valueAt(written, commandsPath) === undefined || asks);
}

function checkCommands(written: unknown): PathProblem[] {
  return keysOf(valueAt(written, commandsPath)).flatMap((name): PathProblem[] => {
    const path = [...commandsPath, name];
    if (/^\d+$/.test(name))
      return [
        { path, message: "a name of digits would lose its place in the order", remedy: "begin it with a letter" },
      ];
    if (name !== "default" || !hasCommand(written)) return [];
    return [{ path, message: "is the name of worker.ytdlp.command", remedy: "name it otherwise, or leave one out" }];
  });
}

function checkUpdate(written: unknown): PathProblem[] {
  const path = ["worker", "ytdlp", "update", "channel"];
  const channel = valueAt(written, path);
  const isNamed = hasCommand(written) || keysOf(valueAt(written, commandsPath)).includes("default");
  if (!isNamed || typeof channel !== "string" || channel === "off") return [];
  const message = "worker.ytdlp.command names a yt-dlp, which dwld does not replace";
  return [{ path, message, remedy: "leave out the command, or write off" }];
}

function checkStage(written: unknown, name: string): PathProblem[] {
  const value = (key: string) => valueAt(written, ["stages", name, key]);
  const has = (key: string) => value(key) !== undefined;
  const problems: PathProblem[] = [];
  const wrong = (key: string, message: string, remedy = "leave one of them out") => {
    problems.push({ path: ["stages", name, key], message, remedy });
  };
  if (has("ipVersion") && has("proxy") && value("proxy") !== "")
    wrong("ipVersion", "is of no use with a proxy, which connects to the site");
  if (has("userAgent") && has("impersonate"))
    wrong("userAgent", "is of no use with impersonate, which sends one of its own");
  if (["ffmpeg", "aria2c"].includes(value("downloader") as string) && has("concurrentFragments"))
    wrong("concurrentFragments", "is of no use with another downloader than native");
  const limit = value("rateLimitKilobytesPerSecond");
  const throttled = value("throttledRateKilobytesPerSecond");
  if (typeof limit === "number" && typeof throttled === "number" && throttled >= limit)
    wrong(
      "throttledRateKilobytesPerSecond",
      "every download would seem slowed down on purpose",
      "a number below rateLimitKilobytesPerSecond",
    );
  const command = value("ytdlp");
  const commands = keysOf(valueAt(written, commandsPath));
  const isManaged = hasManagedYtdlp(written);
  const known = commands.length === 0 || hasCommand(written) || isManaged ? ["default", ...commands] : commands;
  const isVersion = isManaged && typeof command === "string" && ytdlpVersion.test(command);
  if (typeof command === "string" && !known.includes(command) && !isVersion)
    wrong(
      "ytdlp",
      `there is no yt-dlp ${JSON.stringify(command)} in worker.ytdlp.commands`,
      suggestion(command, known, `the commands are ${known.join(", ")}`),
    );
  return problems;
}

const defaultSiteRemedies = {
  hosts: "leave it out, or give the site another name",
  startIntervalSeconds: "leave it out, or name the site it is meant for",
};

function checkDefaultSite(written: unknown): PathProblem[] {
  return Object.entries(defaultSiteRemedies).flatMap(([key, remedy]) => {
    const path = ["sites", defaultSiteName, key];
    if (valueAt(written, path) === undefined) return [];
    return [{ path, message: "default stands for all sites without a name", remedy }];
  });
}

function checkHosts(written: unknown, site: string): PathProblem[] {
  if (!isSection(valueAt(written, ["sites", site])) || Object.hasOwn(builtInSites, site)) return [];
  const path = ["sites", site, "hosts"];
  if (valueAt(written, path) !== undefined) return [];
  return [{ path, message: "is missing", remedy: "a list of host names, such as [youtube.com, youtu.be]" }];
}

function checkLadder(written: unknown, site: string): PathProblem[] {
  const path = ["sites", site, "stages"];
  const stages = valueAt(written, path);
  const known = [...new Set([...Object.keys(builtInStages("")), ...keysOf(valueAt(written, ["stages"]))])];
  const withoutClients = itemsOf(stages).flatMap((stage, index) => {
    const choosesClient = typeof stage === "string" && valueAt(written, ["stages", stage, "client"]) !== undefined;
    if (!choosesClient || hasClients(written, site)) return [];
    const message = `${stage} chooses a client, and the links of this site have none to choose from`;
    const remedy = "leave the stage out, or let it say what it means by extractorArgs";
    return [{ path: [...path, index], message, remedy }];
  });
  return [...checkNames("stage", path, stages, known), ...withoutClients];
}

function hasClients(written: unknown, site: string): boolean {
  const hosts = valueAt(written, ["sites", site, "hosts"]) ?? builtInSites[site]?.hosts;
  return itemsOf(hosts).some(
    (host) => typeof host === "string" && clientArgument(canonicalHost(host) ?? host) !== undefined,
  );
}

function checkSharedHosts(written: unknown): PathProblem[] {
  const owners = new Map<string, string>();
  return keysOf(valueAt(written, ["sites"])).flatMap((site) =>
    itemsOf(valueAt(written, ["sites", site, "hosts"])).flatMap((item, index) => {
      const host = typeof item === "string" ? canonicalHost(item) : undefined;
      if (host === undefined) return [];
      const owner = owners.get(host);
      if (owner === undefined) {
        owners.set(host, site);
        return [];
      }
      const path = ["sites", site, "hosts", index];
      return [{ path, message: `${host} belongs to the site ${owner} already`, remedy: "name each host once" }];
    }),
  );
}
