import { open } from "node:fs/promises";

const windows = 32;
const windowBytes = 4096;

/**
 * Whether a part of a file is nothing but zeros, where it was looked into: at so many places, evenly from its beginning
 * to its end. Space that was reserved and never written looks like this, whatever the head of the file says.
 */
export async function hasBlankPart(path: string, sizeBytes: number): Promise<boolean> {
  const handle = await open(path, "r");
  try {
    const step = Math.max(windowBytes, Math.floor((sizeBytes - windowBytes) / (windows - 1)));
    const window = Buffer.alloc(windowBytes);
    for (let position = 0; position + windowBytes <= sizeBytes; position += step) {
      const { bytesRead } = await handle.read(window, 0, windowBytes, position);
      if (bytesRead === windowBytes && window.every((byte) => byte === 0)) return true;
    }
    return false;
  } finally {
    await handle.close();
  }
}
