import { appendFileSync, mkdirSync, renameSync, statSync } from "node:fs";
import { join } from "node:path";

/** The newest, and the one before it. */
export const logFileNames = ["dwld.log", "dwld.log.1"] as const;

/** Where `dwld up` keeps the lines of all its processes. */
export function logFolder(data: string): string {
  return join(data, "log");
}

const longestFileBytes = 16 * 1024 * 1024;

/**
 * Appends lines to `dwld.log`, for its owner's eyes alone; what is longer than 16 MiB becomes `dwld.log.1`, in place of
 * the one before, so that both never take more than 32 MiB. Where a line cannot be written, `onTrouble` is told once,
 * and again after a line that could: a log that is full must not end what it is about.
 */
export function openLogFiles(
  folder: string,
  onTrouble: (error: Error) => void,
  longestBytes: number = longestFileBytes,
): { write(line: string): void } {
  const [current, before] = logFileNames.map((name) => join(folder, name)) as [string, string];
  let sizeBytes: number | undefined;
  let isTroubled = false;
  return {
    write: (line) => {
      try {
        if (sizeBytes === undefined) {
          mkdirSync(folder, { recursive: true, mode: 0o700 });
          sizeBytes = statSync(current, { throwIfNoEntry: false })?.size ?? 0;
        }
        const bytes = Buffer.from(`${line}\n`);
        if (sizeBytes > 0 && sizeBytes + bytes.length > longestBytes) {
          renameSync(current, before);
          sizeBytes = 0;
        }
        appendFileSync(current, bytes, { mode: 0o600 });
        sizeBytes += bytes.length;
        isTroubled = false;
      } catch (error) {
        if (!(error instanceof Error)) throw error;
        sizeBytes = undefined;
        if (!isTroubled) onTrouble(error);
        isTroubled = true;
      }
    },
  };
}
