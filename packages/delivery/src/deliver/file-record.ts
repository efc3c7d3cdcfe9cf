import {
  type Database,
  type FileRow,
  forgetPart,
  type Lease,
  LeaseLostError,
  markThere,
  partsOf,
  reserveRemotePath,
} from "@dwld/queue";
import type { Destination } from "../destination/destination.ts";
import type { RunCopies } from "./run-copies.ts";

type RecordOptions = {
  database: Database;
  lease: Lease;
  destination: Destination;
  copies: RunCopies;
  /** Called when copies in a folder of this host have taken the place of these files. */
  onReplaced: (files: readonly FileRow[]) => Promise<void>;
  /** See `confirmLease`. */
  confirm: () => Promise<boolean>;
  now: () => number;
};

/** The record of one file on its way to a destination. All writes are guarded by the lease. */
export class FileRecord {
  readonly file: FileRow;
  readonly taskId: string;
  readonly destination: Destination;
  readonly #database: Database;
  readonly #lease: Lease;
  readonly #copies: RunCopies;
  readonly #onReplaced: RecordOptions["onReplaced"];
  readonly #confirm: RecordOptions["confirm"];
  readonly #now: () => number;

  constructor(file: FileRow, { database, lease, destination, copies, onReplaced, confirm, now }: RecordOptions) {
    this.file = file;
    this.taskId = lease.task.id;
    this.destination = destination;
    this.#database = database;
    this.#lease = lease;
    this.#copies = copies;
    this.#onReplaced = onReplaced;
    this.#confirm = confirm;
    this.#now = now;
  }

  /** The path that was reserved by this run or an earlier one; undefined: none is. */
  get reservedPath(): string | undefined {
    const { destination, remote_path: path } = this.file;
    return destination === this.destination.name && path !== null ? path : undefined;
  }

  /**
   * Reserves a path, and writes down the temporary one under which the file will be begun. `taken`: another task's
   * file, which is not delivered yet, has the path. `known`: a delivered one has it, and the destination was not asked.
   *
   * @throws LeaseLostError
   */
  async reserve(path: string, part: string, { isSeen }: { isSeen: boolean }): Promise<"reserved" | "taken" | "known"> {
    const copies = this.#copies.unrecorded;
    const wanted = { file: this.file, name: this.#at(path), part, isSeen, copies };
    const answer = held(await reserveRemotePath(this.#database, this.#lease, wanted, this.#now()));
    this.#copies.recorded(copies);
    if (this.#isLocal) await this.#onReplaced(copies.map(({ file }) => file));
    return answer;
  }

  /**
   * Records that the file at a path is the delivered copy, although this run did not send it. Returns false if it is
   * the copy of another task's file, which is not delivered yet and may still go.
   *
   * @throws LeaseLostError
   */
  async adopt(path: string, verifiedBy: string): Promise<boolean> {
    const standIn = { file: this.file, name: this.#at(path), verifiedBy, ...this.#localPath(path) };
    const answer = held(await markThere(this.#database, this.#lease, standIn, this.#now()));
    if (answer === "delivered" && this.#isLocal) await this.#onReplaced([this.file]);
    return answer !== "taken";
  }

  /**
   * Keeps for the record that the copy at the reserved path is verified.
   *
   * @param part its temporary path, which is gone.
   */
  delivered(path: string, part: string, verifiedBy: string): void {
    this.#copies.made.push({ file: this.file, path, verifiedBy, part: this.#at(part), ...this.#localPath(path) });
  }

  /**
   * Resolves if nobody else has the task, and none can for some seconds: before a file gets its final name, or loses it.
   *
   * @throws LeaseLostError
   */
  async confirm(): Promise<void> {
    if (!(await this.#confirm())) throw new LeaseLostError();
  }

  /** Returns the temporary paths under which this run or earlier ones have begun the file. */
  async parts(): Promise<readonly string[]> {
    return await partsOf(this.#database, this.file, this.destination.name);
  }

  /** Records that a temporary file is gone. */
  async forgetPart(path: string): Promise<void> {
    await forgetPart(this.#database, this.#at(path));
  }

  get #isLocal(): boolean {
    return this.destination.localPath !== undefined;
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
