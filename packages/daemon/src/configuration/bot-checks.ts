import { readAddress } from "../listen-address.ts";
import { builtInSites } from "./built-in-sites.ts";
import { defaultReachedAt, isWildcard } from "./complete-bots.ts";
import { defaultSiteName } from "./complete-sites.ts";
import { type PathProblem, valueAt } from "./explain-issue.ts";
import { nearestWord } from "./nearest-word.ts";
import type { ParsedConfiguration } from "./schema.ts";
import { isSection, itemsOf, keysOf } from "./written-values.ts";

/** What the keys of `register` may not say together, and beside `sites` and `api.listen`. */
export function checkBots(written: unknown, defaults: ParsedConfiguration): PathProblem[] {
  return itemsOf(valueAt(written, ["register"])).flatMap((bot, index) => {
    if (!isSection(bot)) return [];
    const path = ["register", index];
    return [
      ...checkTwice(written, index),
      ...checkSecret(bot, path),
      ...checkReachedAt(written, defaults, index),
      ...checkSites(written, path),
    ];
  });
}

/** The same downloader registered twice in one place would be two for the bot, or one that moves to and fro. */
function checkTwice(written: unknown, index: number): PathProblem[] {
  const at = (other: number) => {
    const bot = valueAt(written, ["register", other]);
    const address = valueAt(bot, ["address"]);
    const origin = typeof address === "string" ? URL.parse(address)?.origin : undefined;
    return origin === undefined ? undefined : JSON.stringify([valueAt(bot, ["protocol"]) ?? "dwld.v1", origin]);
  };
  const own = at(index);
  const first = Array.from({ length: index }, (_, other) => other).find(
    (other) => own !== undefined && at(other) === own,
  );
  if (first === undefined) return [];
  return [
    {
      path: ["register", index, "address"],
      message: `is the address of register[${first}] too`,
      remedy: "name each bot once",
    },
  ];
}

function checkSecret(bot: object, place: readonly PropertyKey[]): PathProblem[] {
  const path = [...place, "secretFile"];
  const protocol = valueAt(bot, ["protocol"]) ?? "dwld.v1";
  const there = valueAt(bot, ["secretFile"]) !== undefined;
  if (protocol === "dwld.v1" && !there)
    return [
      { path, message: "is missing", remedy: "name a file with the secret that the bot knows too, and nothing else" },
    ];
  if (protocol === "grpc.v1" && there)
    return [{ path, message: "is of no use: a bot of the first dwld asks for no secret", remedy: "leave it out" }];
  return [];
}

function checkReachedAt(written: unknown, defaults: ParsedConfiguration, index: number): PathProblem[] {
  const path = ["register", index, "reachedAt"];
  const reachedAt = valueAt(written, path);
  if (reachedAt !== undefined) {
    const address = typeof reachedAt === "string" ? readAddress(reachedAt) : undefined;
    if (address === undefined || (address.port !== 0 && !isWildcard(address.host))) return [];
    const message = `${JSON.stringify(reachedAt)} is no place that anybody could connect to`;
    return [{ path, message, remedy: "host:port under which the bot reaches api.listen, such as 192.0.2.7:8888" }];
  }
  const address = valueAt(written, ["register", index, "address"]);
  const botHost = typeof address === "string" ? URL.parse(address)?.hostname : undefined;
  const listen = valueAt(written, ["api", "listen"]) ?? defaults.api.listen;
  if (botHost === undefined || typeof listen !== "string" || readAddress(listen) === undefined) return [];
  if (defaultReachedAt(listen, botHost) !== undefined) return [];
  const message = `is missing, and api.listen (${listen}) does not tell where this bot reaches it`;
  return [{ path, message, remedy: "write host:port, such as 192.0.2.7:8888, and let api.listen be reached there" }];
}

function checkSites(written: unknown, bot: readonly PropertyKey[]): PathProblem[] {
  const known = [...new Set([...Object.keys(builtInSites), ...keysOf(valueAt(written, ["sites"]))])].filter(
    (site) => site !== defaultSiteName,
  );
  return itemsOf(valueAt(written, [...bot, "sites"])).flatMap((site, index, sites) => {
    const path = [...bot, "sites", index];
    if (typeof site !== "string") return [];
    if (sites.indexOf(site) < index)
      return [{ path, message: `${site} stands here a second time`, remedy: "name each site once" }];
    if (known.includes(site)) return [];
    const near = nearestWord(site, known);
    const remedy = near === undefined ? `the sites are ${known.join(", ")}` : `did you mean ${near}?`;
    return [{ path, message: `there is no site ${JSON.stringify(site)}`, remedy }];
  });
}
