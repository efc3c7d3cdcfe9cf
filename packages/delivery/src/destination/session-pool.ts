import { withTimeout } from "@dwld/timing";
import { DestinationError } from "./destination.ts";

/** A session in the form in which it is kept. */
export type KeptSession = {
  readonly usable: boolean;
  /** Whether the server still answers; undefined settles nothing, it never throws. */
  isAlive(): Promise<boolean>;
  close(): void;
};

/** A session that nobody needed for so long is given back to the server, which may have few. */
const keepIdleMs = 60_000;

/** One that was used so recently is taken without asking. */
const trustIdleMs = 2000;

/** An answer to the question whether it is alive comes in this time or the session is given up. */
const aliveTimeoutMs = 5000;

type Idle<Kept> = { session: Kept; sinceMs: number; expiry: NodeJS.Timeout };

/**
 * Keeps sessions for reuse, since logins are slow (measured: 90 ms on loopback, against 3 ms for a small file).
 *
 * One is opened at a time, and who asked meanwhile shares its failure: a server that is away, or refuses the password,
 * sees one attempt and not one for each task.
 */
export class SessionPool<Kept extends KeptSession> {
  readonly #open: () => Promise<Kept>;
  readonly #idle: Idle<Kept>[] = [];
  readonly #waiting: (() => void)[] = [];
  #used = 0;
  /** Lowered for good when the server says that there are too many. */
  #limit = Number.POSITIVE_INFINITY;
  #opening: Promise<Kept> | undefined;
  #closed = false;

  constructor(open: () => Promise<Kept>) {
    this.#open = open;
  }

  /** @throws what `open` throws; the signal's reason. */
  async take(signal: AbortSignal): Promise<Kept> {
    for (;;) {
      signal.throwIfAborted();
      const kept = await this.#takeIdle();
      if (kept !== undefined) return kept;
      if (this.#used >= this.#limit) await this.#untilGivenBack(signal);
      else
        try {
          if (this.#opening === undefined) return await this.#openAnother(signal);
          await withTimeout(this.#opening, signal);
        } catch (error) {
          const ours = this.#used + this.#idle.length;
          if (!isTooMany(error) || ours === 0) throw error;
          this.#limit = ours;
        }
    }
  }

  give(session: Kept): void {
    this.#used -= 1;
    if (!session.usable || this.#closed) session.close();
    else this.#keep(session);
    this.#waiting.shift()?.();
  }

  close(): void {
    this.#closed = true;
    for (const { session, expiry } of this.#idle.splice(0)) {
      clearTimeout(expiry);
      session.close();
    }
  }

  async #takeIdle(): Promise<Kept | undefined> {
    for (let idle = this.#idle.pop(); idle !== undefined; idle = this.#idle.pop()) {
      clearTimeout(idle.expiry);
      this.#used += 1;
      const { session } = idle;
      const fresh = performance.now() - idle.sinceMs < trustIdleMs;
      if (session.usable && (fresh || (await withTimeout(session.isAlive(), aliveTimeoutMs, () => false))))
        return session;
      this.#used -= 1;
      session.close();
    }
    return undefined;
  }

  async #openAnother(signal: AbortSignal): Promise<Kept> {
    const opening = this.#open();
    this.#opening = opening;
    try {
      const session = await withTimeout(opening, signal);
      this.#used += 1;
      return session;
    } catch (error) {
      // What nobody waits for any more is kept for the next.
      if (signal.aborted)
        opening.then((session) => (this.#closed ? session.close() : this.#keep(session)), ignoreFailure);
      throw error;
    } finally {
      this.#opening = undefined;
    }
  }

  #keep(session: Kept): void {
    const expiry = setTimeout(() => {
      const position = this.#idle.findIndex((idle) => idle.session === session);
      if (position >= 0) this.#idle.splice(position, 1);
      session.close();
    }, keepIdleMs);
    expiry.unref();
    this.#idle.push({ session, sinceMs: performance.now(), expiry });
  }

  async #untilGivenBack(signal: AbortSignal): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#waiting.push(resolve);
    try {
      await withTimeout(promise, signal);
    } catch (error) {
      // Its turn is the next one's.
      const position = this.#waiting.indexOf(resolve);
      if (position >= 0) this.#waiting.splice(position, 1);
      else this.#waiting.shift()?.();
      throw error;
    }
  }
}

function isTooMany(error: unknown): boolean {
  return error instanceof DestinationError && error.kind === "too_many_connections";
}

/** The failure was told to those who waited for it. */
function ignoreFailure(): void {}
