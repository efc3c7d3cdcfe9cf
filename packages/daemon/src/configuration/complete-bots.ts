import { hostname } from "node:os";
import { resolve } from "node:path";
import { formatAddress, fromThisMachine, isLoopback, isWildcard, parseAddress } from "../network/listen-address.ts";
import type { botProtocols } from "./bot-schema.ts";
import type { ParsedConfiguration } from "./schema.ts";

/** A bot to register with, with every default filled in. */
export type BotSettings = {
  /** "http://host:port" or "https://host:port", without the port if it is the scheme's own. */
  readonly address: string;
  readonly protocol: (typeof botProtocols)[number];
  readonly name: string;
  /** "host:port" under which the bot reaches this api by gRPC. */
  readonly reachedAt: string;
  /** Names of `sites`; or "all", for links of any site. */
  readonly sites: "all" | readonly string[];
  /** An absolute path; present if `protocol` is "dwld.v1", and only then. */
  readonly secretFile?: string;
  readonly intervalSeconds: number;
};

/** @param folder where relative paths begin. */
export function completeBots({ register, api }: ParsedConfiguration, folder: string): BotSettings[] {
  return register.map(({ secretFile, ...bot }) => {
    const address = new URL(bot.address);
    return {
      ...bot,
      address: address.origin,
      name: bot.name ?? hostname(),
      reachedAt: bot.reachedAt ?? defaultReachedAt(api.listen, address.hostname) ?? "",
      ...(secretFile === undefined ? {} : { secretFile: resolve(folder, secretFile) }),
    };
  });
}

/**
 * Returns where a bot on `botHost` reaches a listener: on the loopback interface if the bot is on this machine, else at
 * the listener's own address. Returns undefined if that cannot be told, so that it has to be written.
 */
export function defaultReachedAt(listen: string, botHost: string): string | undefined {
  const address = parseAddress(listen);
  if (address.port === 0) return undefined;
  if (isLoopback(botHost)) return formatAddress(fromThisMachine(address));
  return isLoopback(address.host) || isWildcard(address.host) ? undefined : formatAddress(address);
}
