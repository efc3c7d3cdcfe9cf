import { type CallOptions, createClient, type Transport } from "@connectrpc/connect";
import { durationFromMs, durationMs, timestampFromMs } from "@bufbuild/protobuf/wkt";
import { type BotSettings, type Configuration, readSecretFile } from "@dwld/daemon";
import { RegistryService } from "@dwld/rpc";
import type { DownloaderLoad } from "./downloader-load.ts";
import { servedSites } from "./served-sites.ts";
import { signProof } from "./sign-proof.ts";

/** The facts of this downloader that a bot is told, beside its load. */
export type Downloader = {
  sites: Configuration["sites"];
  version: string;
  /** Milliseconds since the epoch. */
  startedAtMs: number;
  now: () => number;
};

/** Calls one bot. Each method may throw what a call throws. */
export type BotClient = {
  /** Returns the interval that the bot asks for, in ms; undefined if it asks for none. */
  register(load: DownloaderLoad, options: CallOptions): Promise<number | undefined>;
  /** Absent if the contract has no such method. */
  unregister?: (options: CallOptions) => Promise<void>;
};

export type NewBotClient = (bot: BotSettings, downloader: Downloader, transport: Transport) => BotClient;

/** The protocols of the setting `register[].protocol`. */
export type BotProtocols = Readonly<
  Record<
    BotSettings["protocol"],
    {
      /** The full name of the service that such a bot serves. */
      service: string;
      newClient: NewBotClient;
    }
  >
>;

/** Registers by `dwld.v1.RegistryService`. */
export const registryClient: NewBotClient = (bot, downloader, transport) => {
  const client = createClient(RegistryService, transport);
  const { name, reachedAt: address } = bot;
  const startTime = timestampFromMs(downloader.startedAtMs);
  // Reads the secret for each call, so that a new one needs no restart. Throws ConfigurationError.
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
