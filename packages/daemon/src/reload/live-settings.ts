import { errorText, ownCode } from "@dwld/text";
import { withTimeout } from "@dwld/timing";
import type { Configuration } from "../configuration/complete-configuration.ts";
import type { Written } from "../configuration/written.ts";
import type { Logger } from "../logger/create-logger.ts";
import { redactSecrets } from "../logger/redact-secrets.ts";
import { type Changes, compare } from "./compare.ts";
import { type ConfigurationState, describeState, summarize } from "./configuration-state.ts";
import type { ProcessName } from "./key-table.ts";

/** A part of a process that has to act if the configuration changes, since it does not only read it where it uses it. */
export type ReloadPart = {
  /** Refuses a configuration, by an error that is a message to a person, before any part has taken it over. */
  readonly check?: (next: Configuration) => void;
  readonly take?: (next: Configuration) => void | Promise<void>;
  /** Receives a sentence for the operator: the file is wrong, or a key needs a restart. Empty: neither is so. */
  readonly report?: (trouble: string) => void;
};

/** A configuration that was read anew, and what a process makes of it. */
type Next = { readonly configuration: Configuration; readonly values: unknown; readonly changes: Changes };

type Reader = () => Written | Promise<Written>;

/** Milliseconds for which a reload waits for a part, such as one that writes to a table that is away. */
const takeTimeoutMs = 5000;

/** The configuration of a running process: a frozen value, which a reload replaces as a whole. */
export class LiveSettings {
  readonly #app: ProcessName;
  readonly #read: Reader;
  readonly #logger: Logger;
  readonly #now: () => number;
  readonly #parts: ReloadPart[] = [];
  #values: unknown;
  #current: Configuration;
  #state: ConfigurationState;

  /**
   * @param values the configuration of the start as it was written.
   * @param configuration the same, completed.
   * @param read reads the configuration anew.
   * @param now milliseconds since the epoch.
   */
  constructor(
    app: ProcessName,
    { values, configuration }: { values: unknown; configuration: Configuration },
    { read, logger, now }: { read: Reader; logger: Logger; now: () => number },
  ) {
    this.#app = app;
    this.#read = read;
    this.#logger = logger;
    this.#now = now;
    this.#values = values;
    this.#current = configuration;
    this.#state = { takenAtMs: now(), needsRestart: [], wrong: undefined, lastReload: undefined };
  }

  /** Returns the configuration as of now. A longer piece of work keeps the value that it began with. */
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
  async reload(): Promise<string> {
    let next: Next;
    try {
      next = await this.#readNext();
    } catch (error) {
      return this.#refuse(error);
    }
    const { configuration, values, changes } = next;
    const { taken, needsRestart } = changes;
    this.#values = values;
    this.#current = configuration;
    const atMs = this.#now();
    this.#state = { takenAtMs: atMs, needsRestart, wrong: undefined, lastReload: { atMs, mistakes: [], taken } };
    await Promise.all(this.#parts.map(async (part) => this.#take(part, configuration)));
    this.#report();
    const summary = summarize(changes);
    this.#logger[needsRestart.length === 0 ? "info" : "warn"]({ taken, needs_restart: needsRestart }, summary);
    return summary;
  }

  /** Returns what a reload would change now, or the mistakes for which it would change nothing. */
  readonly preview = async (): Promise<Changes | { readonly mistakes: readonly string[] }> => {
    try {
      return (await this.#readNext()).changes;
    } catch (error) {
      return { mistakes: mistakesOf(error) };
    }
  };

  async #readNext(): Promise<Next> {
    const written = await this.#read();
    const { values, taken, needsRestart } = compare(this.#app, this.#values, written.values);
    const configuration = written.complete(values);
    for (const { check } of this.#parts) check?.(configuration);
    return { configuration, values, changes: { taken, needsRestart } };
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
    const mistakes = mistakesOf(error);
    for (const mistake of mistakes) this.#logger.error(`the configuration was not reloaded: ${mistake}`);
    const atMs = this.#now();
    const sinceMs = this.#state.wrong?.sinceMs ?? atMs;
    this.#state = { ...this.#state, wrong: { sinceMs, mistakes }, lastReload: { atMs, mistakes, taken: [] } };
    this.#report();
    return redactSecrets(`the configuration was not reloaded: ${mistakes[0]}`);
  }

  #report(): void {
    const trouble = describeState(this.#state);
    for (const { report } of this.#parts) report?.(trouble);
  }
}

function mistakesOf(error: unknown): string[] {
  return errorText(error).split("\n");
}
