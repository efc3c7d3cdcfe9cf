import { minuteMs, withTimeout } from "@dwld/timing";
import { isFailure } from "./destination-error.ts";

/** A session that can be kept open. */
export type KeptSession = {
  readonly usable: boolean;
  /** Returns whether the server still answers. Never throws. */
  isAlive(): Promise<boolean>;
  close(): void;
};

/** An idle session is closed after this time: the server may have few. */
const keepIdleMs = minuteMs;

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
 *
 * A caller takes a place before it takes or opens a session. Each place is given back by `#free`, which wakes all who
 * wait, and those look again in the order in which they came: nobody has to pass a turn on.
 */
export class SessionPool<Kept extends KeptSession> {
  readonly #open: () => Promise<Kept>;
  readonly #idle: Idle<Kept>[] = [];
  /** Places that are taken: sessions of callers, those whose life is in question, and the one that is being opened. */
  #used = 0;
  /** Lowered until the next start when the server says that there are too many. */
  #limit = Number.POSITIVE_INFINITY;
  #opening: Promise<unknown> | undefined;
  #freed = Promise.withResolvers<void>();
  #closed = false;

  constructor(open: () => Promise<Kept>) {
    this.#open = open;
  }

  /** Returns a session for one caller alone. @throws what `open` throws; the signal's reason. */
  async take(signal: AbortSignal): Promise<Kept> {
    for (;;) {
      signal.throwIfAborted();
      const idle = this.#idle.pop();
      if (idle !== undefined) {
        if (await this.#takeIdle(idle)) return idle.session;
      } else if (this.#opening !== undefined) await withTimeout(this.#opening, signal);
      else if (this.#used >= this.#limit) await withTimeout(this.#freed.promise, signal);
      else {
        const opening = this.#openFor(signal);
        this.#opening = opening;
        const session = await withTimeout(opening, signal);
        if (session !== undefined) return session;
      }
    }
  }

  give(session: Kept): void {
    this.#free(session);
  }

  /** Ends the sessions that nobody uses. Those of callers end when they are given back. */
  close(): void {
    this.#closed = true;
    for (const { session, expiry } of this.#idle.splice(0)) {
      clearTimeout(expiry);
      session.close();
    }
  }

  /** Takes the place of an idle session. Returns false if that is dead, and the place is free again. */
  async #takeIdle({ session, sinceMs, expiry }: Idle<Kept>): Promise<boolean> {
    clearTimeout(expiry);
    this.#used += 1;
    const fresh = performance.now() - sinceMs < trustIdleMs;
    if (session.usable && (fresh || (await withTimeout(session.isAlive(), aliveTimeoutMs, () => false)))) return true;
    session.close();
    this.#free();
    return false;
  }

  /**
   * Takes a place and opens a session in it. Returns undefined if there is none for the caller: the server has too many,
   * or the caller is gone and the session is the next one's. A caller whose signal is aborted later than that has it
   * nevertheless, since `withTimeout` prefers what was there before.
   */
  async #openFor(signal: AbortSignal): Promise<Kept | undefined> {
    this.#used += 1;
    try {
      const session = await this.#open();
      if (!signal.aborted) return session;
      this.#free(session);
    } catch (error) {
      const ours = this.#used + this.#idle.length - 1;
      const isTooMany = isFailure(error, "too_many_connections") && ours > 0;
      if (isTooMany) this.#limit = ours;
      this.#free();
      if (!isTooMany) throw error;
    } finally {
      this.#opening = undefined;
    }
    return undefined;
  }

  /** Gives a place back, and a session for the next caller, if there is one. Whoever waits looks again. */
  #free(session?: Kept): void {
    this.#used -= 1;
    if (session !== undefined) this.#keep(session);
    this.#freed.resolve();
    this.#freed = Promise.withResolvers();
  }

  #keep(session: Kept): void {
    if (!session.usable || this.#closed) {
      session.close();
      return;
    }
    const expiry = setTimeout(() => {
      const position = this.#idle.findIndex((idle) => idle.session === session);
      if (position >= 0) this.#idle.splice(position, 1);
      session.close();
    }, keepIdleMs);
    expiry.unref();
    this.#idle.push({ session, sinceMs: performance.now(), expiry });
  }
}
