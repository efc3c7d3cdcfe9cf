import { withTimeout } from "@dwld/timing";
import { isFailure } from "./destination-error.ts";

/** A session that can be kept open. */
export type KeptSession = {
  readonly usable: boolean;
  /** Returns whether the server still answers. Never throws. */
  isAlive(): Promise<boolean>;
  close(): void;
};

/** An idle session is closed after this time: the server may have few. */
const keepIdleMs = 60_000;

/** A session that was used this recently is taken without asking whether it is alive. */
const trustIdleMs = 2000;

/** A session that does not say within this time that it is alive is closed. */
const aliveTimeoutMs = 5000;

type Idle<Kept> = { session: Kept; sinceMs: number; expiry: NodeJS.Timeout };

/**
 * Keeps sessions open for reuse, since logins are slow (measured: 90 ms on loopback, against 3 ms for a small file).
 *
 * Opens one at a time, and concurrent callers share its failure: a server that is away, or refuses the password, sees one
 * attempt and not one for each task.
 */
export class SessionPool<Kept extends KeptSession> {
  readonly #open: () => Promise<Kept>;
  readonly #idle: Idle<Kept>[] = [];
  readonly #waiting: (() => void)[] = [];
  #used = 0;
  /** Lowered until the next start when the server says that there are too many. */
  #limit = Number.POSITIVE_INFINITY;
  #opening: Promise<Kept> | undefined;
  #closed = false;

  constructor(open: () => Promise<Kept>) {
    this.#open = open;
  }

  /** Returns a session for one caller alone. @throws what `open` throws; the signal's reason. */
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
      // A session that comes too late is kept for the next caller.
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
      // The next caller has its turn.
      const position = this.#waiting.indexOf(resolve);
      if (position >= 0) this.#waiting.splice(position, 1);
      else this.#waiting.shift()?.();
      throw error;
    }
  }
}

function isTooMany(error: unknown): boolean {
  return isFailure(error, "too_many_connections");
}

/** The callers that waited for it have the failure. */
function ignoreFailure(): void {}
