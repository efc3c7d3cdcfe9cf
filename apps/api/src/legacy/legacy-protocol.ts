import { createClient } from "@connectrpc/connect";
import { type BotSettings, type Configuration, parseAddress } from "@dwld/daemon";
import type { NewBotClient } from "../registration/bot-client.ts";
import { servedSites } from "../registration/served-sites.ts";
import { Bot } from "./gen/grpc/v1/bot_pb.ts";

/** Registers by `grpc.v1.Bot`, which has no interval, no proof and no goodbye. */
const legacyBotClient: NewBotClient = (bot, downloader, transport) => {
  const client = createClient(Bot, transport);
  const { host, port } = parseAddress(bot.reachedAt);
  return {
    register: async (_, options) => {
      await client.registerDownloader(
        {
          serverName: bot.name,
          allowedRootLinks: rootLinks(bot.sites, downloader.sites),
          // An IPv6 address in brackets: those bots join host, colon and port.
          serverHost: host.includes(":") ? `[${host}]` : host,
          serverPort: port,
        },
        options,
      );
      return undefined;
    },
  };
};

export const legacyProtocol = { service: Bot.typeName, newClient: legacyBotClient };

/**
 * Returns the hosts whose links the bot may send. Those bots look for the link's host as it is and take "*" for every
 * host, so the usual "www." and "m." names are listed beside each.
 */
function rootLinks(wanted: BotSettings["sites"], sites: Configuration["sites"]): string[] {
  if (wanted === "all") return ["*"];
  const hosts = servedSites(wanted, sites).sites.flatMap((site) => site.hosts);
  return [...new Set(hosts.flatMap((host) => [host, `www.${host}`, `m.${host}`]))];
}
