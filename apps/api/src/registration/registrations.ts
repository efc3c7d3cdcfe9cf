import { isDeepStrictEqual } from "node:util";
import type { BotSettings } from "@dwld/daemon";
import { BotRegistration, type BotStatus, type RegistrationOptions } from "./bot-registration.ts";

type Running = {
  readonly bot: BotSettings;
  readonly registration: BotRegistration;
  readonly ending: AbortController;
  running: Promise<void>;
};

/** The registrations with all bots of the configuration. */
export class Registrations {
  readonly #options: RegistrationOptions;
  #registrations: readonly Running[];
  #isStarted = false;

  constructor(bots: readonly BotSettings[], options: RegistrationOptions) {
    this.#options = options;
    this.#registrations = bots.map((bot) => this.#newRegistration(bot));
  }

  /** In the order of the configuration. */
  statuses(): BotStatus[] {
    return this.#registrations.map(({ registration }) => registration.status());
  }

  /** Called once the api can be reached. */
  start(): void {
    this.#isStarted = true;
    for (const one of this.#registrations) one.running = one.registration.run(one.ending.signal);
  }

  /**
   * Has these bots in place of those before: ends the registrations with bots that are gone or have other settings, which
   * takes two seconds at most, and begins those that are new. The others go on.
   */
  async replace(bots: readonly BotSettings[]): Promise<void> {
    const before = this.#registrations;
    const kept = (bot: BotSettings) => before.find((one) => isDeepStrictEqual(one.bot, bot));
    const after = bots.map((bot) => kept(bot) ?? this.#newRegistration(bot));
    this.#registrations = after;
    // First: a bot that is told of an end takes it for that of the registration with the same name.
    await endAll(
      before.filter((one) => !after.includes(one)),
      new AbortController().signal,
    );
    if (!this.#isStarted) return;
    for (const one of after)
      if (!before.includes(one) && !one.ending.signal.aborted) one.running = one.registration.run(one.ending.signal);
  }

  /** Unregisters with all bots at once, which takes two seconds at most. */
  async stop(killing: AbortSignal): Promise<void> {
    await endAll(this.#registrations, killing);
  }

  #newRegistration(bot: BotSettings): Running {
    const registration = new BotRegistration(bot, this.#options);
    return { bot, registration, ending: new AbortController(), running: Promise.resolve() };
  }
}

async function endAll(registrations: readonly Running[], killing: AbortSignal): Promise<void> {
  for (const { ending } of registrations) ending.abort();
  await Promise.all(
    registrations.map(async ({ registration, running }) => {
      await running;
      await registration.stop(killing);
    }),
  );
}
