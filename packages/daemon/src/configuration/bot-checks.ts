import { isWildcard, readAddress } from "../network/listen-address.ts";
import { builtInSites } from "./built-in-sites.ts";
import { defaultReachedAt } from "./complete-bots.ts";
import { defaultSiteName } from "./complete-sites.ts";
import { checkNames } from "./name-list-checks.ts";
import type { ParsedConfiguration } from "./schema.ts";
import { isSection, itemsOf, keysOf, type PathProblem, valueAt } from "./written-values.ts";

/** Checks the keys of `register` against each other, and against `sites` and `api.listen`. */
export function checkBots(written: unknown, defaults: ParsedConfiguration): PathProblem[] {
  const listen = valueAt(written, ["api", "listen"]) ?? defaults.api.listen;
  const sites = new Set([...Object.keys(builtInSites), ...keysOf(valueAt(written, ["sites"]))]);
  sites.delete(defaultSiteName);
  return itemsOf(valueAt(written, ["register"])).flatMap((bot, index, bots) => {
    if (!isSection(bot)) return [];
    const at = (key: string) => ["register", index, key];
    const twin = placeOf(bot) === undefined ? index : bots.findIndex((other) => placeOf(other) === placeOf(bot));
    return [
      // One downloader that is registered twice in one place would be two for the bot, or one that moves to and fro.
      ...(twin === index
        ? []
        : [{ path: at("address"), message: `is the address of register[${twin}] too`, remedy: "name each bot once" }]),
      ...checkSecret(bot, at("secretFile")),
      ...checkReachedAt(bot, listen, at("reachedAt")),
      ...checkNames("site", at("sites"), valueAt(bot, ["sites"]), [...sites]),
    ];
  });
}

const protocolOf = (bot: unknown): unknown => valueAt(bot, ["protocol"]) ?? "dwld.v1";

/** Returns the protocol and origin of a bot, which no other may have; undefined if its address is none. */
function placeOf(bot: unknown): string | undefined {
  const address = valueAt(bot, ["address"]);
  const origin = typeof address === "string" ? URL.parse(address)?.origin : undefined;
  return origin === undefined ? undefined : JSON.stringify([protocolOf(bot), origin]);
}

function checkSecret(bot: object, path: readonly PropertyKey[]): PathProblem[] {
  const isThere = valueAt(bot, ["secretFile"]) !== undefined;
  const protocol = protocolOf(bot);
  if (protocol === "dwld.v1" && !isThere)
    return [
      { path, message: "is missing", remedy: "name a file with the secret that the bot knows too, and nothing else" },
    ];
  if (protocol === "grpc.v1" && isThere)
    return [{ path, message: "is of no use: a bot of the first dwld asks for no secret", remedy: "leave it out" }];
  return [];
}

function checkReachedAt(bot: object, listen: unknown, path: readonly PropertyKey[]): PathProblem[] {
  const reachedAt = valueAt(bot, ["reachedAt"]);
  if (reachedAt !== undefined) {
    const address = typeof reachedAt === "string" ? readAddress(reachedAt) : undefined;
    if (address === undefined || (address.port !== 0 && !isWildcard(address.host))) return [];
    const message = `${JSON.stringify(reachedAt)} is no place that anybody could connect to`;
    return [{ path, message, remedy: "host:port under which the bot reaches api.listen, such as 192.0.2.7:8888" }];
  }
  const address = valueAt(bot, ["address"]);
  const botHost = typeof address === "string" ? URL.parse(address)?.hostname : undefined;
  if (botHost === undefined || typeof listen !== "string" || readAddress(listen) === undefined) return [];
  if (defaultReachedAt(listen, botHost) !== undefined) return [];
  const message = `is missing, and api.listen (${listen}) does not tell where this bot reaches it`;
  return [{ path, message, remedy: "write host:port, such as 192.0.2.7:8888, and let api.listen be reached there" }];
}
