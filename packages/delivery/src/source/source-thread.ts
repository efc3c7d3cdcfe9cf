import { readSync } from "node:fs";
import { parentPort, workerData } from "node:worker_threads";
import type { HashAlgorithm } from "../destination/destination.ts";
import { createContentHash } from "./content-hash.ts";
import { SharedChunks } from "./shared-chunks.ts";

/**
 * A thread that reads a file and hashes it (read-in-thread.ts). A chunk is on its way to the destination while it is
 * hashed, by the core that has just read it.
 */

export type ThreadOrder = { memory: SharedArrayBuffer; fd: number; sizeBytes: number; algorithms: HashAlgorithm[] };

/** The hashes of all bytes, when they were read. */
export type ThreadAnswer = Partial<Record<HashAlgorithm, string>>;

const { memory, fd, sizeBytes, algorithms } = workerData as ThreadOrder;
const chunks = new SharedChunks(memory);
const hashes = algorithms.map((algorithm) => ({ algorithm, hash: createContentHash(algorithm) }));
for (let position = 0, bytesRead = -1; position < sizeBytes && bytesRead !== 0; position += bytesRead) {
  const place = chunks.freePlace();
  // No more bytes than there were. One of 0 bytes is the end of a file that was cut meanwhile.
  bytesRead = readSync(fd, place, 0, Math.min(place.length, sizeBytes - position), position);
  chunks.fill(bytesRead);
  for (const { hash } of hashes) hash.update(place.subarray(0, bytesRead));
}
const answer: ThreadAnswer = Object.fromEntries(hashes.map(({ algorithm, hash }) => [algorithm, hash.digest()]));
parentPort?.postMessage(answer, []);
