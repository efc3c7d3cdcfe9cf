/** Measured against 64 KiB and 2 MiB: takes less time for each byte, and blocks nothing else noticeably. */
export const chunkBytes = 512 * 1024;

/** The most that is kept: what four files need at once. */
const maxFree = 16;

/** Milliseconds without a file after which the memory is given back. */
const keepMs = 10_000;

const free: Buffer[] = [];
let expiry: NodeJS.Timeout | undefined;

/**
 * Returns memory for a chunk, of an earlier file if there is some. Fresh memory for each file makes V8 collect its whole heap
 * at every eighth file of 2 MB, which took a third of the sender's CPU.
 */
export function takeChunk(): Buffer {
  return free.pop() ?? Buffer.allocUnsafeSlow(chunkBytes);
}

/** Keeps chunks for the next file. Nobody may use them any more. */
export function giveChunks(chunks: readonly Buffer[]): void {
  if (chunks.length === 0) return;
  free.push(...chunks.slice(0, maxFree - free.length));
  clearTimeout(expiry);
  expiry = setTimeout(() => void free.splice(0), keepMs).unref();
}
