import { setTimeout as pause } from "node:timers/promises";
import type { BotSettings, Logger } from "@dwld/daemon";
import type { BotClient, BotProtocols, Downloader } from "./bot-client.ts";
import type { DownloaderLoad } from "./downloader-load.ts";
import { type BotFailure, explainBotFailure } from "./explain-bot-failure.ts";
import { PersistentConnection } from "./persistent-connection.ts";
import { boundedInterval, nextCallInMs } from "./next-call.ts";

const callTimeoutMs = 5000;

/** How long the end of this process waits for a bot, ms. */
const unregisterTimeoutMs = 2000;

/** The state of the registration with one bot. */
export type BotStatus = Pick<BotSettings, "address" | "name" | "protocol"> & {
  state: "pending" | "registered" | BotFailure["state"];
  /** Milliseconds since the epoch; absent: never. */
  lastSuccessAtMs?: number;
  /** Absent during a call. */
  nextAttemptAtMs?: number;
  /** Says why the bot does not know this downloader, and what to do; empty if all is well. */
  trouble: string;
};

export type RegistrationOptions = {
  protocols: BotProtocols;
  downloader: Downloader;
  load: () => Promise<DownloaderLoad>;
  /** Returns whether no other api serves the same tasks: with several behind one name, bots go on with the others. */
  isLast: () => Promise<boolean>;
  logger: Logger;
  /** From 0 up to 1. */
  random: () => number;
};

/** Registers this downloader with one bot, again and again. No other bot waits for it. */
export class BotRegistration {
  readonly #bot: BotSettings;
  readonly #options: RegistrationOptions;
  readonly #connection: PersistentConnection;
  readonly #client: BotClient;
  #status: BotStatus;
  #intervalMs: number;
  /** Failures and lost connections since the last interval without any. */
  #disturbances = 0;
  #onLost: () => void = () => undefined;

  constructor(bot: BotSettings, options: RegistrationOptions) {
    const { address, name, protocol } = bot;
    this.#bot = bot;
    this.#options = options;
    this.#connection = new PersistentConnection(address, () => {
      this.#onLost();
    });
    this.#client = options.protocols[protocol].newClient(bot, options.downloader, this.#connection.transport);
    this.#status = { address, name, protocol, state: "pending", trouble: "" };
    this.#intervalMs = bot.intervalSeconds * 1000;
  }

  status(): BotStatus {
    return this.#status;
  }

  /** Calls the bot at intervals. Resolves when `stopping` is aborted. */
  async run(stopping: AbortSignal): Promise<void> {
    for (;;) {
      await this.#call(stopping);
      if (stopping.aborted) return;
      await this.#wait(stopping);
      if (stopping.aborted) return;
    }
  }

  /**
   * Unregisters if the bot knows this downloader and no other api stays, and closes the connection. Called after `run`;
   * never throws.
   */
  async stop(killing: AbortSignal): Promise<void> {
    try {
      if (this.#status.state === "registered" && (await this.#options.isLast()))
        await this.#client.unregister?.({ signal: killing, timeoutMs: unregisterTimeoutMs });
    } catch (error) {
      // The bot notices by itself that no call comes.
      this.#options.logger.debug({ err: error, bot: this.#bot.address }, "a bot could not be told of the end");
    }
    this.#connection.close();
  }

  async #call(stopping: AbortSignal): Promise<void> {
    const { load, downloader, protocols } = this.#options;
    const { nextAttemptAtMs: _, ...status } = this.#status;
    this.#status = status;
    try {
      const askedMs = await this.#client.register(await load(), { signal: stopping, timeoutMs: callTimeoutMs });
      this.#intervalMs = boundedInterval(askedMs ?? this.#bot.intervalSeconds * 1000);
      this.#become({ state: "registered", lastSuccessAtMs: downloader.now(), trouble: "" });
    } catch (error) {
      if (stopping.aborted) return;
      this.#disturbances += 1;
      this.#become(
        explainBotFailure(error, this.#bot, {
          service: protocols[this.#bot.protocol].service,
          timeoutMs: callTimeoutMs,
        }),
      );
    }
  }

  #become(change: Pick<BotStatus, "state" | "trouble" | "lastSuccessAtMs">): void {
    const { logger } = this.#options;
    const { address: bot, name, protocol } = this.#bot;
    const before = this.#status.state;
    this.#status = { ...this.#status, ...change };
    if (before === change.state) return;
    if (change.state === "registered") logger.info({ bot, name, protocol }, "registered with a bot");
    else logger.warn({ bot, protocol, state: change.state, trouble: change.trouble }, "not registered with a bot");
  }

  /** Waits until the next call is due. A bot whose connection is lost is called at once, since it may have restarted. */
  async #wait(stopping: AbortSignal): Promise<void> {
    const { state } = this.#status;
    if (state === "pending") return;
    const wasHeard = state === "registered" || state === "refused";
    const quiet = await this.#sleep(state, stopping, wasHeard);
    if (quiet === "elapsed" && wasHeard) this.#disturbances = 0;
    if (quiet !== "lost") return;
    this.#disturbances += 1;
    await this.#sleep("lost", stopping, false);
  }

  async #sleep(
    outcome: Parameters<typeof nextCallInMs>[0],
    stopping: AbortSignal,
    endsByLoss: boolean,
  ): Promise<"elapsed" | "lost" | "stopping"> {
    const { downloader, random } = this.#options;
    const waitMs = nextCallInMs(outcome, this.#disturbances, this.#intervalMs, random());
    this.#status = { ...this.#status, nextAttemptAtMs: downloader.now() + waitMs };
    const lost = new AbortController();
    if (endsByLoss)
      this.#onLost = () => {
        lost.abort();
      };
    try {
      await pause(waitMs, undefined, { signal: AbortSignal.any([stopping, lost.signal]) });
      return "elapsed";
    } catch (error) {
      if (stopping.aborted) return "stopping";
      if (lost.signal.aborted) return "lost";
      throw error;
    } finally {
      this.#onLost = () => undefined;
    }
  }
}
