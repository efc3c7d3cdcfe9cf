import type { Logger } from "@dwld/daemon";
import type { LimitName, Reached, Subject } from "@dwld/limits";
import { minuteMs } from "@dwld/timing";

/** The refusals of a limit since the start. */
type Refused = {
  count: number;
  /** Milliseconds since the epoch. Undefined: it refused nothing. */
  lastAtMs: number | undefined;
};

/** Refusals by the same limit are logged no oftener, since a flood would fill the log. */
const logEveryMs = minuteMs;

/** Counts what limits refuse, and tells the log. */
export class Refusals {
  readonly #logger: Pick<Logger, "warn">;
  readonly #now: () => number;
  readonly #refused = new Map<string, Refused & { loggedAtMs: number }>();

  /** @param now milliseconds since the epoch. */
  constructor(logger: Pick<Logger, "warn">, now: () => number) {
    this.#logger = logger;
    this.#now = now;
  }

  note(reached: Reached): void {
    const key = keyOf(reached);
    const known = this.#refused.get(key) ?? { count: 0, lastAtMs: undefined, loggedAtMs: -Infinity };
    const nowMs = this.#now();
    known.count += 1;
    known.lastAtMs = nowMs;
    this.#refused.set(key, known);
    // The clock may have been set back.
    if (Math.abs(nowMs - known.loggedAtMs) < logEveryMs) return;
    known.loggedAtMs = nowMs;
    this.#logger.warn({ ...reached, refused: known.count }, "a limit was reached");
  }

  of(limit: { limit: LimitName; subject: Subject }): Refused {
    return this.#refused.get(keyOf(limit)) ?? { count: 0, lastAtMs: undefined };
  }
}

function keyOf({ limit, subject }: { limit: LimitName; subject: Subject }): string {
  return `${subject} ${limit}`;
}
