import * as z from "zod";
import { address, list, name, oneOf, path, quantity, serverUrl } from "./values.ts";

export const botProtocols = ["dwld.v1", "grpc.v1"] as const;

const sitesRight = "all, or a list of sites, such as [youtube, vk]";

/** A bot to register with, as it may be written. bot-checks.ts checks its keys against each other. */
export const bot = z.strictObject({
  address: serverUrl("http://bot.example:9000").describe("Where the bot serves gRPC."),
  protocol: oneOf(botProtocols)
    .default("dwld.v1")
    .describe("The service it has: dwld.v1.RegistryService, or grpc.v1.Bot of the first dwld's bots."),
  name: name("downloader")
    .exactOptional()
    .describe("Name of this downloader at the bot, unique there. Default: the name of this machine."),
  reachedAt: address("192.0.2.7:8888")
    .exactOptional()
    .describe("Where the bot reaches api.listen. Default: api.listen itself, if the bot can reach it."),
  sites: z
    .union([z.literal("all"), list(name("site"), { min: 1, right: sitesRight })], { error: sitesRight })
    .default("all")
    .describe("The sites whose links it is to send."),
  secretFile: path("/etc/dwld/secrets/api/bot")
    .exactOptional()
    .describe("A file that holds the secret shared with the bot, and nothing else. For dwld.v1."),
  intervalSeconds: quantity("seconds", 1, 3600)
    .default(60)
    .describe("Interval at which this downloader calls the bot, unless the bot asks for another."),
});
