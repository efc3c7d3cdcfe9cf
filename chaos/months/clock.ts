import { existsSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { eventually } from "@dwld/testbed";
import { dayMs } from "@dwld/timing";

/** Debian's libfaketime, as tools/setup unpacks it. */
const library = join(
  import.meta.dirname,
  `../../.tools/debian/usr/lib/${process.arch === "arm64" ? "aarch64" : "x86_64"}-linux-gnu/faketime/libfaketimeMT.so.1`,
);

/** The clock of a simulated house: real time, and what was added to it. */
export class Clock implements Disposable {
  readonly #folder = mkdtempSync(join(tmpdir(), "dwld-months-clock-"));
  readonly #file = join(this.#folder, "offset");
  readonly #startMs = Date.now();
  #offsetSeconds = 0;

  constructor() {
    this.#set(0);
  }

  /** For processes that live by this clock. */
  get environment(): Record<string, string> {
    return {
      LD_PRELOAD: library,
      FAKETIME_TIMESTAMP_FILE: this.#file,
      FAKETIME_NO_CACHE: "1",
      DONT_FAKE_MONOTONIC: "1",
      NODE_OPTIONS: `--import=${join(import.meta.dirname, "follow-clock.ts")}`,
      MONTHS_SEEN: this.#folder,
    };
  }

  now(): number {
    return Date.now() + this.#offsetSeconds * 1000;
  }

  /** Days since the beginning, with a fraction. */
  get day(): number {
    return (this.now() - this.#startMs) / dayMs;
  }

  /** Lets the time pass until a moment, and waits until the processes have done what was due. */
  async passUntil(timeMs: number, pids: readonly number[]): Promise<void> {
    const seconds = Math.ceil((timeMs - this.now()) / 1000);
    // A smaller step is waited for.
    if (seconds <= 10) {
      await pause(Math.max(0, seconds) * 1000);
      return;
    }
    this.#set(this.#offsetSeconds + seconds);
    const reached = this.now() - 1000;
    const late = () => pids.filter((pid) => this.#seenBy(pid) < reached);
    await eventually("every process has seen the time", () => late().length === 0, {
      describe: () => `not seen by ${late().join(", ")}`,
    });
  }

  #seenBy(pid: number): number {
    const file = join(this.#folder, String(pid));
    return existsSync(file) ? Number(readFileSync(file, "utf8")) : 0;
  }

  #set(seconds: number): void {
    this.#offsetSeconds = seconds;
    writeFileSync(`${this.#file}.new`, `+${seconds}\n`);
    renameSync(`${this.#file}.new`, this.#file);
  }

  [Symbol.dispose](): void {
    rmSync(this.#folder, { recursive: true, force: true });
  }
}
