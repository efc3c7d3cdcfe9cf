import type { Logger } from "@dwld/daemon";
import { type Database, forgetPart, partsToRemove, putOffRemoval, type RemovablePart } from "@dwld/queue";
import { backoffMs } from "@dwld/timing";
import { type Destination, DestinationError, type Session } from "./destination/destination.ts";

export type CleanupOptions = {
  database: Database;
  destination: Destination;
  logger: Logger;
  /** Whether the server lets anybody in: what keeps deliveries waiting is not asked for this. */
  isReachable: () => boolean;
  onError: (error: unknown) => void;
  now: () => number;
};

/** So many at once, in one session. */
const batchSize = 20;

/** After a change of the table, so that what ends together goes together. */
const settleMs = 500;

/** And now and then without one: for what was put off, and for a server that is back. */
const intervalMs = 30_000;

const backoff = { firstMs: 60_000, longestMs: 6 * 3_600_000 };

/** Tried for about four days: then it is somebody's own, or the server's. */
const mostRemovals = 25;

/**
 * Removes from the server what was begun there and nobody goes on with: the parts of tasks that were canceled or
 * deleted while they waited, given up, or left by a sender that died.
 */
export class PendingCleanup {
  readonly #options: CleanupOptions;
  readonly #closing = new AbortController();
  readonly #interval: NodeJS.Timeout;
  readonly #stopListening: () => void;
  #soon: NodeJS.Timeout | undefined;
  #running: Promise<void> | undefined;

  constructor(options: CleanupOptions) {
    this.#options = options;
    const look = () => {
      this.#look();
    };
    this.#stopListening = options.database.bell.listen(() => {
      this.#soon ??= setTimeout(look, settleMs);
    });
    this.#interval = setInterval(look, intervalMs);
    look();
  }

  async close(): Promise<void> {
    this.#stopListening();
    clearTimeout(this.#soon);
    clearInterval(this.#interval);
    this.#closing.abort();
    await this.#running;
  }

  #look(): void {
    this.#soon = undefined;
    this.#running ??= this.#removeDue()
      .catch((error: unknown) => {
        if (!this.#closing.signal.aborted) this.#options.onError(error);
      })
      .finally(() => {
        this.#running = undefined;
      });
  }

  async #removeDue(): Promise<void> {
    const { database, destination, isReachable, now } = this.#options;
    const { signal } = this.#closing;
    while (!signal.aborted && isReachable()) {
      const parts = partsToRemove(database, destination.name, now(), batchSize);
      if (parts.length === 0) return;
      let session: Session;
      try {
        session = await destination.connect(signal);
      } catch (error) {
        // A delivery finds that out, too, and says it.
        if (error instanceof DestinationError) return;
        throw error;
      }
      try {
        for (const part of parts) if (!(await this.#remove(session, part))) return;
      } finally {
        session.release();
      }
    }
  }

  /** False where the session is of no more use. */
  async #remove(session: Session, part: RemovablePart): Promise<boolean> {
    const { database, logger, now } = this.#options;
    try {
      await session.remove(part.path);
    } catch (error) {
      if (!(error instanceof DestinationError)) throw error;
      if (error.kind !== "permission" && error.kind !== "unknown") return false;
      if (part.removals < mostRemovals) {
        await putOffRemoval(database, part, now() + backoffMs(backoff, part.removals + 1));
        return true;
      }
      logger.warn({ path: part.path, err: error }, "what was uploaded in part stays on the server: remove it by hand");
    }
    await forgetPart(database, part);
    return true;
  }
}
