import { z } from "zod";
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
    .describe("What this downloader is called there, unlike any other. Default: the name of this machine."),
  reachedAt: address("192.0.2.7:8888")
    .exactOptional()
    .describe("Where the bot reaches api.listen. Default: api.listen itself, where the bot can reach it."),
  sites: z
    .union([z.literal("all"), list(name("site"), { min: 1, right: sitesRight })], { error: sitesRight })
    .default("all")
    .describe("The sites whose links it is to send."),
  secretFile: path("/etc/dwld/secrets/bot")
    .exactOptional()
    .describe("A file that holds the secret which the bot knows too, and nothing else. For dwld.v1."),
  intervalSeconds: quantity("seconds", 1, 3600)
    .default(60)
    .describe("How often it is told that this downloader is there, unless the bot asks for another interval."),
});
