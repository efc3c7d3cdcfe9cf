import { globSync, readFileSync } from "node:fs";
import { basename, resolve } from "node:path";
import { after, describe } from "node:test";
import type { TestQueue } from "./test-queue.ts";

/** For a whole file, and for each of its tests that names no other. */
const timeout = 8 * 60_000;

/** Finds modules with things that the files of a process share (a loaded yt-dlp): they end with the process, not with the first file. */
const endsWithProcess = /^after\(/m;

/**
 * Runs files of tests in this process, each after the one before, until none is left in the queue.
 *
 * @param mark is put before the names of the files.
 */
export async function runQueue(queue: TestQueue, mark = ""): Promise<void> {
  for (let file = queue.take(); file !== undefined; file = queue.take()) await runFile(file, mark);
}

/** Runs the tests of a file as a suite, so that its hooks are for them alone. */
export async function runFile(file: string, mark = ""): Promise<void> {
  const { promise, resolve: done } = Promise.withResolvers<void>();
  // A process runs a module once for each address, and may have run this one without the mark.
  const address = `${resolve(file)}${mark === "" ? "" : `?${mark}`}`;
  void describe(`${mark}${file}`, { timeout }, () => {
    // A suite within, so that a hook of the file that fails does not hold the next file.
    void describe(basename(file), () => import(address));
    after(() => {
      done();
    });
  });
  await promise;
}

export async function importWhatIsShared(): Promise<void> {
  for (const file of globSync("{packages,apps}/*/src/**/testing/*.ts", { exclude: ["**/node_modules"] }))
    if (endsWithProcess.test(readFileSync(file, "utf8"))) await import(resolve(file));
}
