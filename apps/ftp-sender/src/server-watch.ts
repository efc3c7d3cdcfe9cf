import type { Logger } from "@dwld/daemon";
import { backoffMs } from "./delivery-schedule.ts";
import { type Destination, DestinationError, type FailureKind } from "./destination.ts";

export type ServerWatchOptions = {
  destination: Destination;
  logger: Logger;
  /** Called with a reason when nothing may be claimed any more, and with undefined when it may be again. */
  pause: (reason: string | undefined) => void;
  /** What keeps files from being delivered, for the status; empty where nothing does. */
  setTrouble: (trouble: string) => void;
  /** Whether any task waits for the server. */
  isWaited: () => boolean;
  /** Called while the server is in trouble, so that what waited too long is told so. */
  giveUp: (trouble: DestinationError) => Promise<void>;
  now: () => number;
  random: () => number;
};

/** The first pause and the longest. A login is tried less often, since some servers lock out who fails too often. */
const pausesMs = { connect: [1000, 60_000], login: [5000, 5 * 60_000], work: [5000, 5 * 60_000] } as const;

const aboutOneFile: ReadonlySet<FailureKind> = new Set(["name_refused", "cannot_resume", "unknown"]);

/**
 * A circuit breaker for the one server there is: what fails for one task would fail for all of them, so they wait
 * together, and one attempt at a time finds out whether it works again.
 *
 * Where no session was to be had, a session is what is tried. Where a session was refused its work (no right to write,
 * no space), only a delivery can tell: after a pause the next is let through, and the trouble is over when it succeeds.
 */
export class ServerWatch {
  readonly #options: ServerWatchOptions;
  #trouble: DestinationError | undefined;
  #failures = 0;
  #timer: NodeJS.Timeout | undefined;
  #lastContact: number | undefined;
  readonly #closing = new AbortController();

  constructor(options: ServerWatchOptions) {
    this.#options = options;
  }

  /** Looks for the server now, so that a wrong setting shows before the first file is there. */
  async start(): Promise<void> {
    await this.#probe();
  }

  /** A delivery failed. What concerns one file alone pauses nothing. */
  failed(error: DestinationError): void {
    if (error.stage === "work") this.contacted();
    if (error.stage === "work" && aboutOneFile.has(error.kind)) return;
    // Paused already: this is what was under way.
    if (this.#timer !== undefined || this.#closing.signal.aborted) return;
    this.#failures += 1;
    this.#trouble = error;
    this.#options.pause(error.message);
    this.#options.setTrouble(`${error.message}. ${error.advice}`);
    const kind = error.stage === "work" ? "work" : error.kind === "login" || error.kind === "tls" ? "login" : "connect";
    const [firstMs, longestMs] = pausesMs[kind];
    const pauseMs = backoffMs(this.#failures, firstMs, longestMs, this.#options.random());
    this.#options.logger.warn(
      { kind: error.kind, failures: this.#failures, retryInMs: Math.round(pauseMs) },
      `delivery is paused: ${error.message}. ${error.advice}`,
    );
    this.#timer = setTimeout(() => void this.#endPause(error), pauseMs);
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
    if (this.#trouble !== undefined) return { ok: false, reason: `${this.#trouble.message} (${contact})` };
    return this.#lastContact === undefined ? { ok: false, reason: contact } : { ok: true, detail: contact };
  }

  close(): void {
    clearTimeout(this.#timer);
    this.#closing.abort();
  }

  async #endPause(error: DestinationError): Promise<void> {
    try {
      await this.#options.giveUp(error);
    } catch (failure) {
      this.#options.logger.error({ err: failure }, "what waited too long could not be settled");
    }
    if (this.#closing.signal.aborted) return;
    this.#timer = undefined;
    if (!needsDelivery(error)) await this.#probe();
    else if (this.#options.isWaited()) this.#options.pause(undefined);
    else this.#recover();
  }

  async #probe(): Promise<void> {
    const { signal } = this.#closing;
    try {
      const session = await this.#options.destination.connect(signal);
      session.release();
    } catch (error) {
      if (signal.aborted) return;
      if (!(error instanceof DestinationError)) throw error;
      this.failed(error);
      return;
    }
    this.contacted();
    if (this.#trouble === undefined || !needsDelivery(this.#trouble)) this.#recover();
  }

  #recover(): void {
    if (this.#failures === 0) return;
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#trouble = undefined;
    this.#failures = 0;
    this.#options.logger.info("delivery goes on");
    this.#options.setTrouble("");
    this.#options.pause(undefined);
  }
}

/** Whether a session proves nothing: it was had, and refused its work. */
function needsDelivery({ stage, kind }: DestinationError): boolean {
  return stage === "work" && kind !== "connection" && kind !== "stalled";
}
