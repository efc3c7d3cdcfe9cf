import type { Logger } from "@dwld/daemon";
import { type Database, forgetPart, partsToRemove, putOffRemoval, type RemovablePart } from "@dwld/queue";
import { backoffMs, hourMs, minuteMs, SingleFlight } from "@dwld/timing";
import { DestinationError, isRefusedRemoval } from "./destination/destination-error.ts";
import type { Destination, Session } from "./destination/destination.ts";

export type CleanupOptions = {
  database: Database;
  /** Tells of each change of the table. */
  notifier: Pick<Database["notifier"], "listen">;
  destination: Destination;
  logger: Logger;
  /** Returns whether the destination can be reached. One in trouble is not asked to remove anything. */
  isReachable: () => boolean;
  onError: (error: unknown) => void;
  now: () => number;
};

/** The number of files that are removed in one session. */
const batchSize = 20;

/** Milliseconds from a change of the table to a look, so that files of tasks that end together go together. */
const settleMs = 500;

/** Milliseconds between two looks without a change, for removals that were put off. */
const intervalMs = 30_000;

const backoff = { firstMs: minuteMs, longestMs: 6 * hourMs };

/** About four days of attempts. After that the file is left to the operator. */
const maxRemovals = 25;

/**
 * Removes temporary files from the destination that no delivery resumes: of tasks that were canceled or deleted while
 * they waited, that failed, or that a dead sender left. The table `remote_parts` has them.
 */
export class PendingCleanup {
  readonly #options: CleanupOptions;
  readonly #closing = new AbortController();
  readonly #flight = new SingleFlight(() => this.#tryToRemove());
  readonly #interval: NodeJS.Timeout;
  readonly #stopListening: () => void;
  #soon: NodeJS.Timeout | undefined;

  constructor(options: CleanupOptions) {
    this.#options = options;
    this.#stopListening = options.notifier.listen(["ends"], () => {
      this.#soon ??= setTimeout(() => {
        this.#soon = undefined;
        this.look();
      }, settleMs);
    });
    this.#interval = setInterval(() => {
      this.look();
    }, intervalMs);
  }

  /** Looks now, or once more after the look that is under way. Call it when the destination can be reached, too. */
  look(): void {
    // A look never rejects.
    void this.#flight.run();
  }

  async close(): Promise<void> {
    this.#stopListening();
    clearTimeout(this.#soon);
    clearInterval(this.#interval);
    this.#closing.abort();
    // That look ends at once, after the one that is under way.
    await this.#flight.run();
  }

  async #tryToRemove(): Promise<void> {
    try {
      await this.#removeDue();
    } catch (error) {
      if (!this.#closing.signal.aborted) this.#options.onError(error);
    }
  }

  async #removeDue(): Promise<void> {
    const { database, destination, isReachable, now } = this.#options;
    const { signal } = this.#closing;
    while (!signal.aborted && isReachable()) {
      const parts = await partsToRemove(database, destination.name, now(), batchSize);
      if (parts.length === 0) return;
      let session: Session;
      try {
        session = await destination.connect(signal);
      } catch (error) {
        // A delivery meets the same failure, and reports it.
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

  /**
   * Returns false if the session is of no more use. A part that was not removed is put off in any case: at the head of the
   * line it would keep all others there.
   */
  async #remove(session: Session, part: RemovablePart): Promise<boolean> {
    const { database, logger, now } = this.#options;
    try {
      await session.remove(part.path);
    } catch (error) {
      if (!(error instanceof DestinationError)) throw error;
      if (part.removals < maxRemovals) {
        await putOffRemoval(database, part, now() + backoffMs(backoff, part.removals + 1));
        return isRefusedRemoval(error);
      }
      logger.warn({ path: part.path, err: error }, "a temporary file stays at the destination: remove it by hand");
    }
    await forgetPart(database, part);
    return true;
  }
}
