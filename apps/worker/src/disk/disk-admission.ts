import type { CheckResult, Configuration, Logger } from "@dwld/daemon";
import { type Database, type Host, makeDueIfFits, waitingBytes, waitingForSpace } from "@dwld/queue";
import { sizeText } from "@dwld/text";
import { type DiskSpace, isFull, readDiskSpace } from "./disk-space.ts";
import { type Admission, judgeAdmission } from "./judge-admission.ts";
import { type Expectation, Reservations } from "./reservations.ts";

/** Why a download cannot go on, and the free space that lets it go on. */
export type Shortage = { text: string; requiredBytes: number };

export type DiskAdmissionOptions = {
  database: Database;
  host: Host;
  worker: Pick<Configuration["worker"], "downloads" | "minFreeBytes" | "maxWaitingBytes">;
  logger: Logger;
  now: () => number;
  /** `space`: no download may begin; `room`: larger ones have to wait. An empty text ends the trouble. */
  setTrouble: (source: "space" | "room", trouble: string) => void;
  /** Called when there may be space again, so that the runner looks for work. */
  wake: () => void;
};

/** Interval at which the disk is polled, ms: something else may fill it or make room, and notifies nobody. */
const pollIntervalMs = 5000;

/** A live stream cannot be had again: its recording may use the reserve, down to this fraction of it. */
const liveReserveDivisor = 8;

/** A task is not stopped for less than this: it would come back at once. */
const leastRequiredBytes = 1024 * 1024;

/** Keeps downloads from filling the disk that they share with everything else. */
export class DiskAdmission {
  readonly #options: DiskAdmissionOptions;
  readonly #reservations = new Reservations();
  #lastRefusal: Admission["refusal"];
  #timer: NodeJS.Timeout | undefined;
  /** A task waits for space, or no download may begin. */
  #isAwaited = false;
  /** The disk could not be read, and a warning was logged. */
  #isUnreadable = false;

  constructor(options: DiskAdmissionOptions) {
    this.#options = options;
  }

  /** Returns whether another download may begin. If so, makes a task due that waits for space and has it now. */
  async mayClaim(): Promise<boolean> {
    const { database, now } = this.#options;
    const { refusal, availableBytes } = await this.#judge();
    const waiting = await waitingForSpace(database);
    this.#report(refusal, waiting, availableBytes);
    this.#isAwaited = refusal !== undefined || waiting !== undefined;
    this.#timer ??= setInterval(() => void this.#poll(), pollIntervalMs);
    if (refusal !== undefined) return false;
    if (waiting !== undefined && waiting.leastBytes <= availableBytes)
      await makeDueIfFits(database, availableBytes, now());
    return true;
  }

  /**
   * Reserves space for a task from its claim on. Returns the function that releases it.
   *
   * @param totalBytes what the download takes; undefined if unknown.
   */
  reserve(taskId: string, totalBytes: number | undefined): () => void {
    this.#reservations.reserve(taskId, { totalBytes, doneBytes: 0 });
    return () => {
      this.#reservations.release(taskId);
    };
  }

  /** Updates the reservation of a task. */
  expect(taskId: string, expectation: Expectation): void {
    this.#reservations.update(taskId, expectation);
  }

  /** Records the size of a finished download. */
  recordUsage(bytes: number): void {
    this.#reservations.recordUsage(bytes);
  }

  /** Checks the space for a download whose size is known. Undefined if it fits, or its size is unknown. */
  async checkFits(taskId: string): Promise<Shortage | undefined> {
    const requiredBytes = this.#reservations.remainingBytes(taskId);
    if (requiredBytes === undefined || requiredBytes === 0) return undefined;
    const { freeBytes } = await this.#readDisk();
    const { downloads, minFreeBytes } = this.#options.worker;
    const availableBytes = freeBytes - minFreeBytes - this.#reservations.reservedBytes(taskId);
    if (requiredBytes <= availableBytes) return undefined;
    const free = `${sizeText(availableBytes)} are free for it on the disk of ${downloads}`;
    const reserve = minFreeBytes === 0 ? "" : ` above the ${sizeText(minFreeBytes)} that are kept free`;
    return { text: `the download takes ${sizeText(requiredBytes)} more, and ${free}${reserve}`, requiredBytes };
  }

  /**
   * Checks the space for a running download, which should end before the disk is full. Undefined if it may go on. Its
   * reservation stays its own even if something else has filled the disk meanwhile.
   *
   * @param isLive it is a live stream, which cannot be had again.
   */
  async checkRunning(taskId: string, isLive: boolean): Promise<Shortage | undefined> {
    const { freeBytes } = await this.#readDisk();
    const { downloads, minFreeBytes } = this.#options.worker;
    const remainingBytes = this.#reservations.remainingBytes(taskId);
    const neededBytes = remainingBytes ?? (isLive ? minFreeBytes / liveReserveDivisor : minFreeBytes);
    if (freeBytes >= neededBytes) return undefined;
    return {
      text: `the disk of ${downloads} has only ${sizeText(freeBytes)} left`,
      requiredBytes: this.#requiredBytes(taskId, isLive),
    };
  }

  /** Explains a failure for lack of space. Undefined if this disk has space, so that another limit is the reason. */
  async explainFailure(taskId: string, isLive: boolean): Promise<Shortage | undefined> {
    if (!(await this.isFull())) return await this.checkRunning(taskId, isLive);
    const text = `the disk of ${this.#options.worker.downloads} is full`;
    return { text, requiredBytes: this.#requiredBytes(taskId, isLive) };
  }

  /** Returns whether the disk is so full that any write may have failed. */
  async isFull(): Promise<boolean> {
    return isFull(await this.#readDisk());
  }

  /** The check for /readyz. */
  async check(): Promise<CheckResult> {
    const { refusal } = await this.#judge();
    if (isTrouble(refusal)) return { ok: false, reason: refusal.text };
    const { freeBytes } = await this.#readDisk();
    return { ok: true, detail: [`${sizeText(freeBytes)} free`, refusal?.text].filter(Boolean).join("; ") };
  }

  close(): void {
    clearInterval(this.#timer);
  }

  /** If the size is unknown, assumes that as much is still to come as is already there. */
  #requiredBytes(taskId: string, isLive: boolean): number {
    if (isLive) return leastRequiredBytes;
    const guess = Math.max(this.#reservations.doneBytes(taskId), this.#reservations.typicalBytes);
    return Math.max(leastRequiredBytes, this.#reservations.remainingBytes(taskId) ?? guess);
  }

  async #judge(): Promise<Admission> {
    const { database, host, worker } = this.#options;
    return judgeAdmission({
      ...(await this.#readDisk()),
      path: worker.downloads,
      reserveBytes: worker.minFreeBytes,
      waitingBytes: await waitingBytes(database, host),
      maxWaitingBytes: worker.maxWaitingBytes,
      reservedBytes: this.#reservations.reservedBytes(),
      running: this.#reservations.count,
      typicalBytes: this.#reservations.typicalBytes,
    });
  }

  /** Takes a disk that cannot be read for one with space: what is wrong with it shows when something is written. */
  async #readDisk(): Promise<DiskSpace> {
    try {
      const space = await readDiskSpace(this.#options.worker.downloads);
      this.#isUnreadable = false;
      return space;
    } catch (error) {
      if (!this.#isUnreadable) this.#options.logger.warn({ err: error }, "the disk's free space could not be read");
      this.#isUnreadable = true;
      return { freeBytes: Infinity, freeFiles: Infinity };
    }
  }

  #report(
    refusal: Admission["refusal"],
    waiting: { count: number; leastBytes: number } | undefined,
    availableBytes: number,
  ): void {
    const before = this.#lastRefusal;
    this.#lastRefusal = refusal;
    const larger =
      waiting === undefined || waiting.leastBytes <= availableBytes
        ? ""
        : `${waiting.count} ${waiting.count === 1 ? "task waits" : "tasks wait"} for more room than there is: the smallest wants ${sizeText(waiting.leastBytes)}, and ${sizeText(availableBytes)} are free for it`;
    this.#options.setTrouble("space", refusal?.text ?? "");
    this.#options.setTrouble("room", refusal === undefined ? larger : "");
    if (refusal?.cause === before?.cause) return;
    const { logger } = this.#options;
    if (refusal === undefined) logger[isTrouble(before) ? "info" : "debug"]("there is room for downloads again");
    else logger[isTrouble(refusal) ? "warn" : "debug"]({ cause: refusal.cause }, refusal.text);
  }

  /** Has the runner look if somebody waits for space, or the disk has become too full or has space again. */
  async #poll(): Promise<void> {
    if (this.#isAwaited || (await this.#isChanged())) this.#options.wake();
  }

  async #isChanged(): Promise<boolean> {
    try {
      return (await this.#judge()).refusal?.cause !== this.#lastRefusal?.cause;
    } catch {
      // The runner meets the same trouble with the table, and reports it.
      return true;
    }
  }
}

type Refusal = NonNullable<Admission["refusal"]>;

/** The other causes come and go with each video. */
function isTrouble(refusal: Admission["refusal"]): refusal is Refusal & { cause: "disk" | "files" } {
  return refusal?.cause === "disk" || refusal?.cause === "files";
}
