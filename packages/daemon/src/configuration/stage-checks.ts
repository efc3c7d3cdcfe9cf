import { builtInSites, builtInStages } from "./built-in-sites.ts";
import { defaultSiteName } from "./complete-sites.ts";
import { type PathProblem, valueAt } from "./explain-issue.ts";
import { nearestWord } from "./nearest-word.ts";
import { clientArgument } from "./site-clients.ts";
import { canonicalHost } from "./values.ts";
import { isSection, itemsOf, keysOf } from "./written-values.ts";

/** What the keys of stages, of sites and of yt-dlp's commands may not say together. */
export function checkStagesAndSites(written: unknown): PathProblem[] {
  return [
    ...checkCommands(written),
    ...keysOf(valueAt(written, ["stages"])).flatMap((name) => checkStage(written, ["stages", name])),
    ...keysOf(valueAt(written, ["sites"])).flatMap((site) => [
      ...(site === defaultSiteName ? checkDefaultSite(written) : checkHosts(written, site)),
      ...checkLadder(written, site),
    ]),
    ...checkSharedHosts(written),
  ];
}

function checkCommands(written: unknown): PathProblem[] {
  const place = ["worker", "ytdlp", "commands"];
  const names = keysOf(valueAt(written, place));
  return names.flatMap((name): PathProblem[] => {
    const path = [...place, name];
    if (/^\d+$/.test(name))
      return [
        { path, message: "a name of digits would lose its place in the order", remedy: "begin it with a letter" },
      ];
    if (name !== "default" || valueAt(written, ["worker", "ytdlp", "command"]) === undefined) return [];
    return [{ path, message: "is the name of worker.ytdlp.command", remedy: "name it otherwise, or leave one out" }];
  });
}

function checkStage(written: unknown, stage: readonly string[]): PathProblem[] {
  const has = (key: string) => valueAt(written, [...stage, key]) !== undefined;
  const value = (key: string) => valueAt(written, [...stage, key]);
  const problems: PathProblem[] = [];
  const wrong = (key: string, message: string, remedy: string) => {
    problems.push({ path: [...stage, key], message, remedy });
  };
  if (has("ipVersion") && has("proxy") && value("proxy") !== "")
    wrong("ipVersion", "is of no use with a proxy, which connects to the site", "leave one of them out");
  if (has("userAgent") && has("impersonate"))
    wrong("userAgent", "is of no use with impersonate, which sends one of its own", "leave one of them out");
  const external = value("downloader") === "ffmpeg" || value("downloader") === "aria2c";
  if (external && has("concurrentFragments"))
    wrong("concurrentFragments", "is of no use with another downloader than native", "leave one of them out");
  const limit = value("rateLimitKilobytesPerSecond");
  const throttled = value("throttledRateKilobytesPerSecond");
  if (typeof limit === "number" && typeof throttled === "number" && throttled >= limit)
    wrong(
      "throttledRateKilobytesPerSecond",
      "every download would seem slowed down on purpose",
      "a number below rateLimitKilobytesPerSecond",
    );
  const command = value("ytdlp");
  const commands = keysOf(valueAt(written, ["worker", "ytdlp", "commands"]));
  const known =
    commands.length === 0 || valueAt(written, ["worker", "ytdlp", "command"]) !== undefined
      ? ["default", ...commands]
      : commands;
  if (typeof command === "string" && !known.includes(command)) {
    const near = nearestWord(command, known);
    const remedy = near === undefined ? `the commands are ${known.join(", ")}` : `did you mean ${near}?`;
    wrong("ytdlp", `there is no yt-dlp ${JSON.stringify(command)} in worker.ytdlp.commands`, remedy);
  }
  return problems;
}

function checkDefaultSite(written: unknown): PathProblem[] {
  const remedies = {
    hosts: "leave it out, or give the site another name",
    startIntervalSeconds: "leave it out, or name the site it is meant for",
  };
  return Object.entries(remedies).flatMap(([key, remedy]) => {
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
  const known = [...new Set([...Object.keys(builtInStages("")), ...keysOf(valueAt(written, ["stages"]))])];
  return itemsOf(valueAt(written, ["sites", site, "stages"])).flatMap((stage, index, stages) => {
    const path = ["sites", site, "stages", index];
    if (typeof stage !== "string") return [];
    if (stages.indexOf(stage) < index)
      return [{ path, message: `${stage} stands here a second time`, remedy: "name each stage once" }];
    if (!known.includes(stage)) {
      const near = nearestWord(stage, known);
      const remedy = near === undefined ? `the stages are ${known.join(", ")}` : `did you mean ${near}?`;
      return [{ path, message: `there is no stage ${JSON.stringify(stage)}`, remedy }];
    }
    if (valueAt(written, ["stages", stage, "client"]) === undefined || hasClients(written, site)) return [];
    const message = `${stage} chooses a client, and the links of this site have none to choose from`;
    return [{ path, message, remedy: "leave the stage out, or let it say what it means by extractorArgs" }];
  });
}

function hasClients(written: unknown, site: string): boolean {
  const hosts = valueAt(written, ["sites", site, "hosts"]) ?? builtInSites[site]?.hosts;
  return itemsOf(hosts).some(
    (host) => typeof host === "string" && clientArgument(canonicalHost(host) ?? host) !== undefined,
  );
}

function checkSharedHosts(written: unknown): PathProblem[] {
  const owner = new Map<string, string>();
  return keysOf(valueAt(written, ["sites"])).flatMap((site) =>
    itemsOf(valueAt(written, ["sites", site, "hosts"])).flatMap((item, index) => {
      const host = typeof item === "string" ? canonicalHost(item) : undefined;
      if (host === undefined) return [];
      const first = owner.get(host);
      if (first === undefined) {
        owner.set(host, site);
        return [];
      }
      const path = ["sites", site, "hosts", index];
      return [{ path, message: `${host} belongs to the site ${first} already`, remedy: "name each host once" }];
    }),
  );
}
