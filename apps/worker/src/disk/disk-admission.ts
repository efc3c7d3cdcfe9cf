import type { CheckResult, Configuration, Logger } from "@dwld/daemon";
import { type Database, makeDueWhereRoom, parseOptions, type TaskRow, waitingBytes, waitingForRoom } from "@dwld/queue";
import { sizeText } from "@dwld/text";
import { type DiskSpace, isFull, readDiskSpace } from "./disk-space.ts";
import { judgeSpace, type SpaceVerdict } from "./judge-admission.ts";
import { type Expectation, SpaceLedger } from "./reservations.ts";

/** Why a download cannot go on, and how much room lets it. */
export type Shortage = { text: string; wantsRoomBytes: number };

export type SpaceKeeperOptions = {
  database: Database;
  worker: Pick<Configuration["worker"], "downloads" | "minFreeBytes" | "maxWaitingBytes">;
  logger: Logger;
  now: () => number;
  /** `space`: no download may begin; `room`: larger ones have to wait. Empty: nothing is in the way. */
  setTrouble: (source: "space" | "room", trouble: string) => void;
  /** There may be room now: it is time to look for work. */
  wake: () => void;
};

/** A disk tells nobody that it has room again: where somebody waits for that, it is asked so often. */
const lookAgainMs = 5000;

/** What cannot be had again, a stream as it is broadcast, may use the reserve, down to this part of it. */
const lastPartOfReserve = 8;

/** A stop for less would come back at once. */
const leastWantedBytes = 1024 * 1024;

/** Keeps downloads from filling the disk they share with everything else. It asks the disk, and nothing waits for it. */
export class SpaceKeeper {
  readonly #options: SpaceKeeperOptions;
  readonly #ledger = new SpaceLedger();
  #told: SpaceVerdict["hold"];
  #timer: NodeJS.Timeout | undefined;
  /** The disk does not answer, which was told. */
  #isSilent = false;

  constructor(options: SpaceKeeperOptions) {
    this.#options = options;
  }

  /** Whether another download may begin. Where it may, a task that waits for room and has it now is due. */
  async mayClaim(): Promise<boolean> {
    const { database, now } = this.#options;
    const { hold, roomBytes } = await this.#judge();
    const waiting = waitingForRoom(database);
    this.#tell(hold, waiting, roomBytes);
    this.#lookAgain(hold !== undefined || waiting !== undefined);
    if (hold !== undefined) return false;
    if (waiting !== undefined && waiting.leastBytes <= roomBytes) await makeDueWhereRoom(database, roomBytes, now());
    return true;
  }

  /** Keeps room for a task from its claim on; returns what ends that. */
  hold(task: TaskRow): () => void {
    const nothing = parseOptions(task).playlist ? 0 : undefined;
    this.#ledger.begin(task.id, { totalBytes: nothing ?? task.expected_bytes ?? undefined, doneBytes: 0 });
    return () => {
      this.#ledger.end(task.id);
    };
  }

  expect(taskId: string, expectation: Expectation): void {
    this.#ledger.expect(taskId, expectation);
  }

  took(bytes: number): void {
    this.#ledger.took(bytes);
  }

  /** Before a download begins: why there is no room for what it will take; undefined where there is, or nobody knows. */
  async misfit(taskId: string): Promise<Shortage | undefined> {
    const wantsRoomBytes = this.#ledger.remainingBytes(taskId);
    if (wantsRoomBytes === undefined || wantsRoomBytes === 0) return undefined;
    const { freeBytes } = await this.#disk();
    const { downloads, minFreeBytes } = this.#options.worker;
    const roomBytes = freeBytes - minFreeBytes - this.#ledger.promisedBytes(taskId);
    if (wantsRoomBytes <= roomBytes) return undefined;
    const free = `${sizeText(roomBytes)} are free for it on the disk of ${downloads}`;
    const kept = minFreeBytes === 0 ? "" : ` above the ${sizeText(minFreeBytes)} that are kept free`;
    return { text: `the download takes ${sizeText(wantsRoomBytes)} more, and ${free}${kept}`, wantsRoomBytes };
  }

  /**
   * While a download runs: why it should end before the disk is full; undefined where it may go on. What was promised
   * to it stays its own, also where something else has filled the disk meanwhile.
   *
   * @param isLive it cannot be had again.
   */
  async shortage(taskId: string, isLive: boolean): Promise<Shortage | undefined> {
    const { freeBytes } = await this.#disk();
    const { downloads, minFreeBytes } = this.#options.worker;
    const remainingBytes = this.#ledger.remainingBytes(taskId);
    const neededBytes = remainingBytes ?? (isLive ? minFreeBytes / lastPartOfReserve : minFreeBytes);
    if (freeBytes >= neededBytes) return undefined;
    return {
      text: `the disk of ${downloads} has only ${sizeText(freeBytes)} left`,
      wantsRoomBytes: this.#wanted(taskId, isLive),
    };
  }

  /** After a download has failed for want of room; undefined where this disk has room, and it is another limit. */
  async afterFailure(taskId: string, isLive: boolean): Promise<Shortage | undefined> {
    const disk = await this.#disk();
    if (!isFull(disk)) return await this.shortage(taskId, isLive);
    const text = `the disk of ${this.#options.worker.downloads} is full`;
    return { text, wantsRoomBytes: this.#wanted(taskId, isLive) };
  }

  /** Whether the disk is so full that any write may have failed. */
  async isFull(): Promise<boolean> {
    return isFull(await this.#disk());
  }

  /** For /readyz. */
  async check(): Promise<CheckResult> {
    const { hold } = await this.#judge();
    if (hold?.cause === "disk" || hold?.cause === "files") return { ok: false, reason: hold.text };
    const { freeBytes } = await this.#disk();
    return { ok: true, detail: [`${sizeText(freeBytes)} free`, hold?.text].filter(Boolean).join("; ") };
  }

  close(): void {
    this.#lookAgain(false);
  }

  /** Of a size that nobody knows, as much as there is already is taken to be still to come. */
  #wanted(taskId: string, isLive: boolean): number {
    if (isLive) return leastWantedBytes;
    const unknown = Math.max(this.#ledger.doneBytes(taskId), this.#ledger.usualBytes);
    return Math.max(leastWantedBytes, this.#ledger.remainingBytes(taskId) ?? unknown);
  }

  async #judge(): Promise<SpaceVerdict> {
    const { database, worker } = this.#options;
    const disk = await this.#disk();
    return judgeSpace({
      ...disk,
      path: worker.downloads,
      reserveBytes: worker.minFreeBytes,
      waitingBytes: waitingBytes(database),
      maxWaitingBytes: worker.maxWaitingBytes,
      promisedBytes: this.#ledger.promisedBytes(),
      running: this.#ledger.running,
      usualBytes: this.#ledger.usualBytes,
    });
  }

  /** A disk that does not answer keeps nobody from trying: what is wrong with it shows there. */
  async #disk(): Promise<DiskSpace> {
    try {
      const disk = await readDiskSpace(this.#options.worker.downloads);
      this.#isSilent = false;
      return disk;
    } catch (error) {
      if (!this.#isSilent) this.#options.logger.warn({ err: error }, "the disk's free space could not be read");
      this.#isSilent = true;
      return { freeBytes: Infinity, freeFiles: Infinity };
    }
  }

  #tell(hold: SpaceVerdict["hold"], waiting: ReturnType<typeof waitingForRoom>, roomBytes: number): void {
    const before = this.#told;
    this.#told = hold;
    const larger =
      waiting === undefined || waiting.leastBytes <= roomBytes
        ? ""
        : `${waiting.count} ${waiting.count === 1 ? "task waits" : "tasks wait"} for more room than there is: the smallest wants ${sizeText(waiting.leastBytes)}, and ${sizeText(roomBytes)} are free for it`;
    this.#options.setTrouble("space", hold?.text ?? "");
    this.#options.setTrouble("room", hold === undefined ? larger : "");
    if (hold?.cause === before?.cause) return;
    const { logger } = this.#options;
    if (hold === undefined) logger[isTrouble(before) ? "info" : "debug"]("there is room for downloads again");
    else logger[isTrouble(hold) ? "warn" : "debug"]({ cause: hold.cause }, hold.text);
  }

  #lookAgain(wanted: boolean): void {
    if (wanted) this.#timer ??= setInterval(this.#options.wake, lookAgainMs);
    else {
      clearInterval(this.#timer);
      this.#timer = undefined;
    }
  }
}

/** The others come and go with each video. */
function isTrouble(hold: SpaceVerdict["hold"]): boolean {
  return hold?.cause === "disk" || hold?.cause === "files";
}
