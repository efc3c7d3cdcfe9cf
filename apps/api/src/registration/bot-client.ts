import { type CallOptions, createClient, type Transport } from "@connectrpc/connect";
import { durationFromMs, durationMs, timestampFromMs } from "@bufbuild/protobuf/wkt";
import { type BotSettings, type Configuration, readSecretFile } from "@dwld/daemon";
import { RegistryService } from "@dwld/rpc";
import type { DownloaderLoad } from "./downloader-load.ts";
import { servedSites } from "./served-sites.ts";
import { signProof } from "./sign-proof.ts";

/** What a bot is told of, beside the load of the moment. */
export type Downloader = {
  sites: Configuration["sites"];
  version: string;
  /** Milliseconds since the epoch. */
  startedAtMs: number;
  now: () => number;
};

/** How one bot is spoken to. Everything may throw what a call throws. */
export type BotClient = {
  /** @returns how long until the bot wants to hear again, in ms; undefined: it says nothing of it. */
  register(load: DownloaderLoad, options: CallOptions): Promise<number | undefined>;
  /** Absent where the contract knows no goodbye. */
  unregister?: (options: CallOptions) => Promise<void>;
};

export type NewBotClient = (bot: BotSettings, downloader: Downloader, transport: Transport) => BotClient;

/** Registers by `dwld.v1.RegistryService`. */
export const registryClient: NewBotClient = (bot, downloader, transport) => {
  const client = createClient(RegistryService, transport);
  const { name, reachedAt: address } = bot;
  const startTime = timestampFromMs(downloader.startedAtMs);
  // The secret is read for each call, so that a new one needs no restart. It throws a ConfigurationError.
  const proof = (method: string) =>
    signProof(readSecretFile(bot.secretFile ?? ""), { method, name, address }, downloader.now());
  return {
    register: async (load, options) => {
      const { interval } = await client.registerDownloader(
        {
          proof: proof("RegisterDownloader"),
          name,
          address,
          version: downloader.version,
          ...servedSites(bot.sites, downloader.sites),
          ...load,
          startTime,
          interval: durationFromMs(Math.round(bot.intervalSeconds * 1000)),
        },
        options,
      );
      return interval && durationMs(interval);
    },
    unregister: async (options) => {
      await client.unregisterDownloader({ proof: proof("UnregisterDownloader"), name, address, startTime }, options);
    },
  };
};
