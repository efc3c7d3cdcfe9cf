import type { FileHandle } from "node:fs/promises";
import type { ByteRange } from "./byte-range.ts";

/** Read at once: with backpressure, no more of a file is in memory for a client. */
const chunkBytes = 64 * 1024;

/** A file became shorter while it was sent. */
class ShrunkFileError extends Error {
  override readonly name = "ShrunkFileError";
  readonly code = "shrunk";
  constructor() {
    super("the file became shorter while it was sent");
  }
}

/**
 * Reads a range of a file.
 *
 * @param onChunk called when the client has taken what was read before, and a further chunk is read.
 * @throws ShrunkFileError, so that a client does not take what it has for the whole.
 */
export async function* fileBytes(
  handle: FileHandle,
  { start, end }: ByteRange,
  onChunk: () => void,
): AsyncGenerator<Uint8Array> {
  for (let position = start; position <= end;) {
    onChunk();
    const length = Math.min(chunkBytes, end - position + 1);
    const { bytesRead, buffer } = await handle.read({ buffer: Buffer.allocUnsafe(length), position });
    if (bytesRead === 0) throw new ShrunkFileError();
    position += bytesRead;
    yield buffer.subarray(0, bytesRead);
  }
}
