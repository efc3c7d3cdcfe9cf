import { errorText } from "@dwld/text";
import { withTimeout } from "@dwld/timing";
import type { Configuration } from "../configuration/complete-configuration.ts";
import type { Written } from "../configuration/written.ts";
import type { Logger } from "../logger/create-logger.ts";
import { ownCode } from "../process-life/own-code.ts";
import { compare } from "./compare.ts";
import { type ConfigurationState, describeState, summarize } from "./configuration-state.ts";
import type { ProcessName } from "./key-table.ts";

/** A part of a process that has to act if the configuration changes, since it does not only read it where it uses it. */
export type ReloadPart = {
  /** Refuses a configuration, by an error that is a message to a person, before any part has taken it over. */
  readonly check?: (next: Configuration) => void;
  readonly take?: (next: Configuration) => void | Promise<void>;
  /** Is told what the operator should know: the file is wrong, or a key needs a restart. Empty: nothing. */
  readonly report?: (trouble: string) => void;
};

/** Milliseconds for which a reload waits for a part, such as one that writes to a table that is away. */
const takeTimeoutMs = 5000;

/** The configuration of a running process: a frozen value, which a reload replaces as a whole. */
export class LiveSettings {
  readonly #app: ProcessName;
  readonly #logger: Logger;
  readonly #now: () => number;
  readonly #parts: ReloadPart[] = [];
  #values: unknown;
  #current: Configuration;
  #state: ConfigurationState;

  /** @param now milliseconds since the epoch. */
  constructor(app: ProcessName, written: Written, { logger, now }: { logger: Logger; now: () => number }) {
    this.#app = app;
    this.#logger = logger;
    this.#now = now;
    this.#values = written.values;
    this.#current = written.complete(written.values);
    this.#state = { takenAtMs: now(), needsRestart: [], wrong: undefined, lastReload: undefined };
  }

  /** Returns the configuration as of now. Whoever does a longer work by it keeps the value that it began with. */
  readonly current = (): Configuration => this.#current;

  readonly state = (): ConfigurationState => this.#state;

  readonly join = (part: ReloadPart): void => {
    this.#parts.push(part);
  };

  /**
   * Reads the configuration, and takes it over. A wrong one changes nothing. Never rejects for a reason of the operator's.
   *
   * @returns a sentence about what came of it.
   */
  async reload(read: () => Written | Promise<Written>): Promise<string> {
    let next: Configuration;
    let changes: ReturnType<typeof compare>;
    try {
      const written = await read();
      changes = compare(this.#app, this.#values, written.values);
      next = written.complete(changes.values);
      for (const { check } of this.#parts) check?.(next);
    } catch (error) {
      return this.#refuse(error);
    }
    this.#values = changes.values;
    this.#current = next;
    const { taken, needsRestart } = changes;
    const atMs = this.#now();
    this.#state = { takenAtMs: atMs, needsRestart, wrong: undefined, lastReload: { isSuccess: true, atMs } };
    await Promise.all(this.#parts.map(async (part) => this.#take(part, next)));
    this.#report();
    const summary = summarize(changes);
    this.#logger[needsRestart.length === 0 ? "info" : "warn"]({ taken, needs_restart: needsRestart }, summary);
    return summary;
  }

  async #take({ take }: ReloadPart, next: Configuration): Promise<void> {
    if (take === undefined) return;
    const taking = Promise.try(take, next).catch((error: unknown) => {
      this.#logger.error({ err: error }, "a part could not take the new configuration over");
    });
    await withTimeout(taking, takeTimeoutMs, () => {
      this.#logger.warn("a part is still taking the new configuration over");
    });
  }

  #refuse(error: unknown): string {
    if (!(error instanceof Error) || ownCode(error) === undefined)
      this.#logger.error({ err: error }, "a reload failed");
    const mistakes = errorText(error).split("\n");
    for (const mistake of mistakes) this.#logger.error(`the configuration was not reloaded: ${mistake}`);
    const atMs = this.#now();
    const sinceMs = this.#state.wrong?.sinceMs ?? atMs;
    this.#state = { ...this.#state, wrong: { sinceMs, mistakes }, lastReload: { isSuccess: false, atMs } };
    this.#report();
    return `the configuration was not reloaded: ${mistakes[0]}`;
  }

  #report(): void {
    const trouble = describeState(this.#state);
    for (const { report } of this.#parts) report?.(trouble);
  }
}
