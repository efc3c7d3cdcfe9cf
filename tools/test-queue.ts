import { closeSync, mkdtempSync, openSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** Files of tests, which several processes take from a folder, each the next one when it has run the one before. */
export class TestQueue {
  readonly folder: string;
  readonly files: readonly string[];
  #next = 0;

  constructor(folder: string) {
    this.folder = folder;
    this.files = JSON.parse(readFileSync(join(folder, "files.json"), "utf8")) as string[];
  }

  static of(files: readonly string[]): TestQueue {
    const folder = mkdtempSync(join(tmpdir(), "dwld-tests-"));
    writeFileSync(join(folder, "files.json"), JSON.stringify(files));
    return new TestQueue(folder);
  }

  /** Returns the next file that no process has taken; undefined if none is left. */
  take(): string | undefined {
    for (; this.#next < this.files.length; this.#next += 1) {
      if (this.#isTaken(this.#next)) continue;
      return this.files[this.#next++];
    }
    return undefined;
  }

  /** Takes the file, unless another process has it. */
  #isTaken(index: number): boolean {
    try {
      closeSync(openSync(join(this.folder, String(index)), "wx"));
      return false;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === "EEXIST") return true;
      throw error;
    }
  }
}
