import type { Logger } from "@dwld/daemon";
import {
  type Database,
  type FileRow,
  forgetPart,
  type Lease,
  LeaseLostError,
  markThere,
  partsOf,
  reserveRemotePath,
  type VerifiedCopy,
  type Work,
} from "@dwld/queue";
import type { Destination } from "../destination/destination.ts";
import { removeSources } from "./remove-sources.ts";

/** What each delivery to a destination works with. */
export type DeliveryContext = {
  readonly database: Database;
  readonly destination: Destination;
  readonly logger: Logger;
  /** See `confirmLease`. */
  readonly confirm: (lease: Lease, signal: AbortSignal) => Promise<boolean>;
  readonly now: () => number;
};

/** The record of one file on its way to a destination. All writes are guarded by the lease. */
export class FileRecord {
  readonly file: FileRow;
  readonly #context: DeliveryContext;
  readonly #work: Work;
  #unrecorded: readonly VerifiedCopy[];

  /** @param unrecorded copies of the task's files before this one, which are on no record yet. */
  constructor(context: DeliveryContext, work: Work, file: FileRow, unrecorded: readonly VerifiedCopy[]) {
    this.file = file;
    this.#context = context;
    this.#work = work;
    this.#unrecorded = unrecorded;
  }

  get destination(): Destination {
    return this.#context.destination;
  }

  get taskId(): string {
    return this.#work.lease.task.id;
  }

  /** The copies that were made before this file and that its reservation has not recorded: the next write has to. */
  get unrecorded(): readonly VerifiedCopy[] {
    return this.#unrecorded;
  }

  /** The path that was reserved by this run or an earlier one; undefined: none is. */
  get reservedPath(): string | undefined {
    const { destination, remote_path: path } = this.file;
    return destination === this.destination.name && path !== null ? path : undefined;
  }

  /**
   * Reserves a path, and writes down the temporary one under which the file will be begun. The same commit records the
   * copies that were made before. `taken`: another task's file, which is not delivered yet, has the path. `known`: a
   * delivered one has it, and the destination was not asked.
   *
   * @throws LeaseLostError
   */
  async reserve(path: string, part: string, { isSeen }: { isSeen: boolean }): Promise<"reserved" | "taken" | "known"> {
    const copies = this.#unrecorded;
    const { database, now } = this.#context;
    const wanted = { file: this.file, name: this.#at(path), part, isSeen, copies };
    const answer = held(await reserveRemotePath(database, this.#work.lease, wanted, now()));
    this.#unrecorded = [];
    await this.#removeReplaced(copies.map(({ file }) => file));
    return answer;
  }

  /**
   * Records that the file at a path is the delivered copy, although this run did not send it. Returns false if it is
   * the copy of another task's file, which is not delivered yet and may still go.
   *
   * @throws LeaseLostError
   */
  async adopt(path: string, verifiedBy: string): Promise<boolean> {
    const { database, now } = this.#context;
    const standIn = { file: this.file, name: this.#at(path), verifiedBy, ...this.#localPath(path) };
    const answer = held(await markThere(database, this.#work.lease, standIn, now()));
    if (answer === "delivered") await this.#removeReplaced([this.file]);
    return answer !== "taken";
  }

  /**
   * Returns the verified copy at the reserved path, for the record.
   *
   * @param part its temporary path, which is gone.
   */
  copy(path: string, part: string, verifiedBy: string): VerifiedCopy {
    return { file: this.file, path, verifiedBy, part: this.#at(part), ...this.#localPath(path) };
  }

  /**
   * Resolves if nobody else has the task, and none can for some seconds: before a file gets its final name, or loses it.
   *
   * @throws LeaseLostError
   */
  async confirm(): Promise<void> {
    const { lease, signal } = this.#work;
    if (!(await this.#context.confirm(lease, signal))) throw new LeaseLostError();
  }

  /** Returns the temporary paths under which this run or earlier ones have begun the file. */
  async parts(): Promise<readonly string[]> {
    return await partsOf(this.#context.database, this.file, this.destination.name);
  }

  /** Records that a temporary file is gone. */
  async forgetPart(path: string): Promise<void> {
    await forgetPart(this.#context.database, this.#at(path));
  }

  /** Deletes sources at once of which a copy in a folder of this host is on record: that is the task's file now. */
  async #removeReplaced(files: readonly FileRow[]): Promise<void> {
    if (this.destination.localPath === undefined) return;
    await removeSources(this.#context.logger, this.#work.lease.task, files);
  }

  #at(path: string) {
    return { destination: this.destination.name, path };
  }

  #localPath(path: string): { localPath?: string } {
    const { localPath } = this.destination;
    return localPath === undefined ? {} : { localPath: localPath(path) };
  }
}

function held<Result>(result: Result | "lost"): Result {
  if (result === "lost") throw new LeaseLostError();
  return result;
}
