import { open } from "node:fs/promises";

const sampleCount = 32;
const sampleBytes = 4096;

/**
 * Returns whether one of some samples, taken evenly from the beginning to the end of a file, is nothing but zeros. Space
 * that was reserved and never written looks like this, whatever the header of the file says.
 */
export async function hasBlankPart(path: string, sizeBytes: number): Promise<boolean> {
  const handle = await open(path, "r");
  try {
    const step = Math.max(sampleBytes, Math.floor((sizeBytes - sampleBytes) / (sampleCount - 1)));
    const sample = Buffer.alloc(sampleBytes);
    for (let position = 0; position + sampleBytes <= sizeBytes; position += step) {
      const { bytesRead } = await handle.read(sample, 0, sampleBytes, position);
      if (bytesRead === sampleBytes && sample.every((byte) => byte === 0)) return true;
    }
    return false;
  } finally {
    await handle.close();
  }
}
