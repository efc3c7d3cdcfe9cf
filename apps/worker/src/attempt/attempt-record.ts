import {
  type AttemptRow,
  type Database,
  type Lease,
  LeaseLostError,
  noteProcessGroup,
  type ProcessIdentity,
  startAttempt,
} from "@dwld/queue";

type RecordOptions = {
  database: Database;
  lease: Lease;
  facts: { stage: string; host: string; ytdlpVersion: string; cookieFile?: string };
  now: () => number;
  /** Called when the row is there. */
  onBegin: (row: AttemptRow) => void;
};

/** The record of an attempt. It is written once its first run waits to begin, in one write with its process group. */
export class AttemptRecord {
  readonly #options: RecordOptions;
  #row: AttemptRow | undefined;

  constructor(options: RecordOptions) {
    this.#options = options;
  }

  /**
   * Records the process group of a run, which may begin then.
   *
   * @throws LeaseLostError
   */
  async beginRun(leader: ProcessIdentity): Promise<void> {
    const isOurs =
      this.#row === undefined
        ? (await this.#begin(leader)) !== undefined
        : await noteProcessGroup(this.#options.database, this.#row, leader);
    if (!isOurs) throw new LeaseLostError();
  }

  /** Returns the row, even if no run of the attempt has begun. Undefined if the lease is lost. */
  async row(): Promise<AttemptRow | undefined> {
    return this.#row ?? (await this.#begin());
  }

  async #begin(leader?: ProcessIdentity): Promise<AttemptRow | undefined> {
    const { database, lease, facts, now, onBegin } = this.#options;
    const row = await startAttempt(database, lease, { ...facts, ...(leader && { leader }) }, now());
    if (row !== undefined) onBegin(row);
    this.#row = row;
    return row;
  }
}
