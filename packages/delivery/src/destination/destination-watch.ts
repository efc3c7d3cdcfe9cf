import type { Logger } from "@dwld/daemon";
import { backoffMs } from "@dwld/timing";
import { type Destination, DestinationError, type FailureKind } from "./destination.ts";
import { probeFolder } from "./probe-folder.ts";

export type DestinationWatchOptions = {
  destination: Destination;
  /** The folder on the server below which all files go. */
  directory: string;
  logger: Logger;
  /** Called with a reason when nothing may be claimed any more, and with undefined when it may be again. */
  pause: (reason: string | undefined) => void;
  /** What keeps files from being delivered, for the status; empty: nothing does. */
  setTrouble: (source: "destination_away" | "destination_refuses", trouble: string) => void;
  /** Whether any task waits for the server. */
  isWaited: () => boolean;
  /** Called while the server is in trouble, so that what waited too long is told so. */
  giveUp: (trouble: DestinationError) => Promise<void>;
  now: () => number;
  random: () => number;
};

/** The first pause and the longest. A login is tried less often, since some servers lock out who fails too often. */
const backoffs = {
  connect: { firstMs: 1000, longestMs: 60_000, jitter: 0.5 },
  login: { firstMs: 5000, longestMs: 5 * 60_000, jitter: 0.5 },
  work: { firstMs: 5000, longestMs: 5 * 60_000, jitter: 0.5 },
};

const aboutOneFile: ReadonlySet<FailureKind> = new Set(["name_refused", "cannot_resume", "unknown"]);

/** A few bytes in the folder prove nothing: the next file may be larger, or in another folder. */
const aboutTheWork: ReadonlySet<FailureKind> = new Set(["permission", "no_space"]);

type State =
  | { name: "working" }
  /** Until the timer's probe has ended. */
  | { name: "paused"; trouble: DestinationError; timer: NodeJS.Timeout; untilMs: number }
  /** One delivery is let through, to see. */
  | { name: "on trial"; trouble: DestinationError; delivery: symbol | undefined };

/**
 * A circuit breaker for the one server there is: what fails for one task would fail for all of them, so they wait
 * together, and one attempt at a time finds out whether it works again.
 *
 * Where no session was to be had, a session is what is tried; where one failed at its work, also a few bytes in the
 * folder. Where it was refused its work (no right to write, no space), one delivery is let through after that, and the
 * trouble is over when it succeeds.
 */
export class DestinationWatch {
  readonly #options: DestinationWatchOptions;
  #state: State = { name: "working" };
  /** Since the last delivery, or the last probe that proved as much. */
  #failures = 0;
  #lastContact: number | undefined;
  readonly #closing = new AbortController();

  constructor(options: DestinationWatchOptions) {
    this.#options = options;
  }

  /** Looks for the server now, so that a wrong setting shows before the first file is there. */
  async start(): Promise<void> {
    await this.#probe();
  }

  /** A delivery begins. What is returned is to be called at its end, whatever that is, after `failed` and `delivered`. */
  begun(): () => void {
    if (this.#state.name !== "on trial" || this.#state.delivery !== undefined) return () => {};
    const delivery = Symbol("delivery");
    this.#state.delivery = delivery;
    this.#options.pause(this.#state.trouble.message);
    return () => {
      if (this.#state.name === "on trial" && this.#state.delivery === delivery) this.#try(this.#state.trouble);
    };
  }

  /**
   * A delivery failed.
   *
   * @returns for how many milliseconds all wait now; 0 where it concerns one file alone.
   */
  failed(error: DestinationError): number {
    if (error.stage === "work") this.contacted();
    if ((error.stage === "work" && aboutOneFile.has(error.kind)) || this.#closing.signal.aborted) return 0;
    // Paused already: this is what was under way.
    if (this.#state.name !== "paused") this.#pause(error);
    return this.#state.name === "paused" ? Math.max(0, this.#state.untilMs - this.#options.now()) : 0;
  }

  /** The server let us in. */
  contacted(): void {
    this.#lastContact = this.#options.now();
  }

  delivered(): void {
    this.contacted();
    this.#recover();
  }

  /** For /readyz. */
  check(): { ok: true; detail: string } | { ok: false; reason: string } {
    const contact =
      this.#lastContact === undefined ? "no contact yet" : `last contact ${new Date(this.#lastContact).toISOString()}`;
    if (this.#state.name !== "working") return { ok: false, reason: `${this.#state.trouble.message} (${contact})` };
    return this.#lastContact === undefined ? { ok: false, reason: contact } : { ok: true, detail: contact };
  }

  close(): void {
    if (this.#state.name === "paused") clearTimeout(this.#state.timer);
    this.#closing.abort();
  }

  #pause(trouble: DestinationError): void {
    const { pause, setTrouble, now, random, logger } = this.#options;
    this.#failures += 1;
    const pauseMs = backoffMs(backoffs[pauseOf(trouble)], this.#failures, random());
    const timer = setTimeout(() => void this.#endPause(trouble), pauseMs);
    this.#state = { name: "paused", trouble, timer, untilMs: now() + pauseMs };
    pause(trouble.message);
    const text = `${trouble.message}. ${trouble.advice}`;
    const isAway = pauseOf(trouble) === "connect";
    setTrouble("destination_away", isAway ? text : "");
    setTrouble("destination_refuses", isAway ? "" : text);
    logger.warn(
      { kind: trouble.kind, failures: this.#failures, retryInMs: Math.round(pauseMs) },
      `delivery is paused: ${trouble.message}. ${trouble.advice}`,
    );
  }

  async #endPause(trouble: DestinationError): Promise<void> {
    try {
      await this.#options.giveUp(trouble);
    } catch (failure) {
      this.#options.logger.error({ err: failure }, "what waited too long could not be settled");
    }
    // A delivery that was under way may have succeeded meanwhile.
    if (this.#closing.signal.aborted || this.#state.name !== "paused" || this.#state.trouble !== trouble) return;
    await this.#probe();
  }

  async #probe(): Promise<void> {
    const { signal } = this.#closing;
    const before = this.#state;
    const trouble = before.name === "working" ? undefined : before.trouble;
    let failure: DestinationError | undefined;
    try {
      await this.#reach(trouble);
    } catch (error) {
      if (signal.aborted) return;
      if (!(error instanceof DestinationError)) throw error;
      failure = error;
    }
    // Or by now.
    if (this.#state !== before) return;
    // The files may go into folders that can be written to all the same.
    const reached = failure === undefined || (failure.stage === "work" && failure.kind === "permission");
    if (reached) this.contacted();
    if (failure !== undefined && !reached) this.#pause(failure);
    else if (trouble !== undefined && aboutTheWork.has(trouble.kind) && this.#options.isWaited()) this.#try(trouble);
    else this.#recover();
  }

  /** Does what failed, as far as it needs no file. */
  async #reach(trouble: DestinationError | undefined): Promise<void> {
    const { destination, directory } = this.#options;
    const session = await destination.connect(this.#closing.signal);
    try {
      if (trouble?.stage === "work") await probeFolder(session, directory);
    } finally {
      session.release();
    }
  }

  #try(trouble: DestinationError): void {
    this.#state = { name: "on trial", trouble, delivery: undefined };
    this.#options.pause(undefined);
  }

  #recover(): void {
    if (this.#state.name === "working") return;
    if (this.#state.name === "paused") clearTimeout(this.#state.timer);
    this.#state = { name: "working" };
    this.#failures = 0;
    this.#options.logger.info("delivery goes on");
    this.#options.setTrouble("destination_away", "");
    this.#options.setTrouble("destination_refuses", "");
    this.#options.pause(undefined);
  }
}

function pauseOf({ stage, kind }: DestinationError): keyof typeof backoffs {
  if (stage === "work") return "work";
  return kind === "login" || kind === "tls" ? "login" : "connect";
}
