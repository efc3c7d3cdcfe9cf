import type { Logger } from "@dwld/daemon";
import { backoffMs, minuteMs } from "@dwld/timing";
import type { Destination } from "./destination.ts";
import { DestinationError, type FailureKind } from "./destination-error.ts";
import { probeFolder } from "./probe-folder.ts";

export type BreakerOptions = {
  destination: Destination;
  /** The folder at the destination below which all files go. */
  directory: string;
  logger: Logger;
  /** Called with a reason when nothing may be claimed any more, and with undefined when it may be again. */
  pause: (reason: string | undefined) => void;
  /** Sets the trouble for the status; empty: there is none. */
  setTrouble: (source: "destination_away" | "destination_refuses", trouble: string) => void;
  /** Returns whether any task waits for the destination. */
  isWaited: () => Promise<boolean>;
  /** Called while the destination is in trouble, to end what has waited too long. */
  giveUp: (trouble: DestinationError) => Promise<void>;
  now: () => number;
  /** From 0 to 1. */
  random: () => number;
};

/** Logins are tried less often, since some servers lock out a client after several that failed. */
const backoffs = {
  connect: { firstMs: 1000, longestMs: minuteMs, jitter: 0.5 },
  login: { firstMs: 5000, longestMs: 5 * minuteMs, jitter: 0.5 },
  work: { firstMs: 5000, longestMs: 5 * minuteMs, jitter: 0.5 },
};

/** In a session, these failures concern one file or folder and leave the breaker closed. */
const ofOneFile: ReadonlySet<FailureKind> = new Set([
  "folder_refused",
  "name_refused",
  "name_taken",
  "cannot_resume",
  "unknown",
]);

/** A small probe proves nothing about these: the next file may be larger, or in another folder. */
const provedByDelivery: ReadonlySet<FailureKind> = new Set(["permission", "no_space"]);

type State =
  | { name: "closed" }
  /** Until the timer's probe has ended. */
  | { name: "open"; trouble: DestinationError; timer: NodeJS.Timeout; untilMs: number }
  /** One delivery is let through. */
  | { name: "half-open"; trouble: DestinationError; delivery: symbol | undefined };

/**
 * A circuit breaker for the destination: a failure that every task would meet pauses all of them, and one attempt at a
 * time finds out whether the destination works again.
 *
 * If no session could be opened, the probe opens one. If a session failed at its work, the probe also writes a few bytes.
 * If the work was refused (no permission, no space), one delivery is let through after the probe, and the trouble ends
 * when it succeeds.
 *
 * `SessionPool` is no second breaker: it shares one login between callers that arrive together, and knows no time.
 */
export class CircuitBreaker {
  readonly #options: BreakerOptions;
  #state: State = { name: "closed" };
  /** Failures in a row, since the last delivery or the last probe that proved as much. */
  #failures = 0;
  #lastContact: number | undefined;
  readonly #closing = new AbortController();

  constructor(options: BreakerOptions) {
    this.#options = options;
  }

  /** Probes the destination now, so that a wrong setting shows before the first file is there. */
  async start(): Promise<void> {
    await this.#probe();
  }

  /** Call it when a delivery begins. Returns a function to be called at its end, after `failed` or `delivered`. */
  begin(): () => void {
    if (this.#state.name !== "half-open" || this.#state.delivery !== undefined) return () => {};
    const delivery = Symbol("delivery");
    this.#state.delivery = delivery;
    this.#options.pause(this.#state.trouble.message);
    return () => {
      if (this.#state.name === "half-open" && this.#state.delivery === delivery) this.#halfOpen(this.#state.trouble);
    };
  }

  /** Call it when a delivery failed. Returns the milliseconds for which all wait now; 0 if it concerns one file alone. */
  failed(error: DestinationError): number {
    if (error.phase === "work") this.contacted();
    if ((error.phase === "work" && ofOneFile.has(error.kind)) || this.#closing.signal.aborted) return 0;
    // While it is open, this is the end of a delivery that was under way.
    if (this.#state.name !== "open") this.#open(error);
    return this.#state.name === "open" ? Math.max(0, this.#state.untilMs - this.#options.now()) : 0;
  }

  /** Call it when the destination gave a session. */
  contacted(): void {
    this.#lastContact = this.#options.now();
  }

  delivered(): void {
    this.contacted();
    this.#close();
  }

  /** For /readyz. */
  check(): { ok: true; detail: string } | { ok: false; reason: string } {
    const contact =
      this.#lastContact === undefined ? "no contact yet" : `last contact ${new Date(this.#lastContact).toISOString()}`;
    if (this.#state.name !== "closed") return { ok: false, reason: `${this.#state.trouble.message} (${contact})` };
    return this.#lastContact === undefined ? { ok: false, reason: contact } : { ok: true, detail: contact };
  }

  /** Ends all probes. */
  close(): void {
    if (this.#state.name === "open") clearTimeout(this.#state.timer);
    this.#closing.abort();
  }

  #open(trouble: DestinationError): void {
    const { pause, setTrouble, now, random, logger } = this.#options;
    this.#failures += 1;
    const pauseMs = backoffMs(backoffs[backoffOf(trouble)], this.#failures, random());
    const timer = setTimeout(() => {
      this.#endPause(trouble).catch((error: unknown) => {
        this.#options.logger.error({ err: error }, "the destination could not be probed");
      });
    }, pauseMs);
    this.#state = { name: "open", trouble, timer, untilMs: now() + pauseMs };
    pause(trouble.message);
    const text = `${trouble.message}. ${trouble.advice}`;
    const isAway = backoffOf(trouble) === "connect";
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
    } catch (error) {
      this.#options.logger.error({ err: error }, "tasks that waited too long could not be ended");
    }
    // A delivery that was under way may have succeeded meanwhile.
    if (this.#closing.signal.aborted || this.#state.name !== "open" || this.#state.trouble !== trouble) return;
    await this.#probe();
  }

  async #probe(): Promise<void> {
    const { signal } = this.#closing;
    const before = this.#state;
    const trouble = before.name === "closed" ? undefined : before.trouble;
    let failure: DestinationError | undefined;
    try {
      await this.#reach(trouble);
    } catch (error) {
      if (signal.aborted) return;
      if (!(error instanceof DestinationError)) throw error;
      failure = error;
    }
    const needsProof = trouble !== undefined && provedByDelivery.has(trouble.kind) && (await this.#isWaited());
    // The state changed during the probe, or this process stops.
    if (this.#state !== before || signal.aborted) return;
    // Files may go into folders below that can be written to.
    const isReached = failure === undefined || (failure.phase === "work" && failure.kind === "permission");
    if (isReached) this.contacted();
    if (failure !== undefined && !isReached) this.#open(failure);
    else if (needsProof) this.#halfOpen(trouble);
    else this.#close();
  }

  /** Whether files wait. If that cannot be read, they may: a breaker that stayed open would never be probed again. */
  async #isWaited(): Promise<boolean> {
    try {
      return await this.#options.isWaited();
    } catch (error) {
      this.#options.logger.error({ err: error }, "the tasks that wait for delivery could not be counted");
      return true;
    }
  }

  /** Repeats what failed, as far as it needs no file. */
  async #reach(trouble: DestinationError | undefined): Promise<void> {
    const { destination, directory } = this.#options;
    const session = await destination.connect(this.#closing.signal);
    try {
      if (trouble?.phase === "work") await probeFolder(destination, session, directory);
    } finally {
      session.release();
    }
  }

  #halfOpen(trouble: DestinationError): void {
    this.#state = { name: "half-open", trouble, delivery: undefined };
    this.#options.pause(undefined);
  }

  #close(): void {
    if (this.#state.name === "closed") return;
    if (this.#state.name === "open") clearTimeout(this.#state.timer);
    this.#state = { name: "closed" };
    this.#failures = 0;
    this.#options.logger.info("delivery goes on");
    this.#options.setTrouble("destination_away", "");
    this.#options.setTrouble("destination_refuses", "");
    this.#options.pause(undefined);
  }
}

function backoffOf({ phase, kind }: DestinationError): keyof typeof backoffs {
  if (phase === "work") return "work";
  return kind === "login" || kind === "tls" ? "login" : "connect";
}
