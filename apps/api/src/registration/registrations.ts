import type { BotSettings } from "@dwld/daemon";
import { BotRegistration, type BotStatus, type RegistrationOptions } from "./bot-registration.ts";

/** The registrations with all bots of the configuration. */
export class Registrations {
  readonly #registrations: readonly BotRegistration[];
  readonly #ending = new AbortController();
  #running: Promise<unknown> = Promise.resolve();

  constructor(bots: readonly BotSettings[], options: RegistrationOptions) {
    this.#registrations = bots.map((bot) => new BotRegistration(bot, options));
  }

  /** In the order of the configuration. */
  statuses(): BotStatus[] {
    return this.#registrations.map((registration) => registration.status());
  }

  /** Called once the api can be reached. */
  start(): void {
    this.#running = Promise.all(this.#registrations.map((registration) => registration.run(this.#ending.signal)));
  }

  /** Unregisters with all bots at once, which takes two seconds at most. */
  async stop(killing: AbortSignal): Promise<void> {
    this.#ending.abort();
    await this.#running;
    await Promise.all(this.#registrations.map((registration) => registration.stop(killing)));
  }
}
