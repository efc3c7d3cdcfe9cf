import { appendFileSync, mkdirSync, renameSync, statSync } from "node:fs";
import { join } from "node:path";

/** The newest file, and the one before it. */
export const logFileNames = ["dwld.log", "dwld.log.1"] as const;

/** Returns the folder in which `dwld up` keeps the lines of all its processes. */
export function logFolder(data: string): string {
  return join(data, "log");
}

const maxFileBytes = 16 * 1024 * 1024;

/**
 * Appends lines to `dwld.log`, readable by its owner alone. A file of 16 MiB is renamed to `dwld.log.1`, so that both take
 * at most 32 MiB. If a line cannot be written, `onTrouble` is called once, and again after the next success: a full disk
 * must not end the processes.
 */
export function openLogFiles(
  folder: string,
  onTrouble: (error: Error) => void,
  maxBytes: number = maxFileBytes,
): { write(line: string): void } {
  const [current, before] = logFileNames.map((name) => join(folder, name)) as [string, string];
  let sizeBytes: number | undefined;
  let hasFailed = false;
  return {
    write: (line) => {
      try {
        if (sizeBytes === undefined) {
          mkdirSync(folder, { recursive: true, mode: 0o700 });
          sizeBytes = statSync(current, { throwIfNoEntry: false })?.size ?? 0;
        }
        const bytes = Buffer.from(`${line}\n`);
        if (sizeBytes > 0 && sizeBytes + bytes.length > maxBytes) {
          renameSync(current, before);
          sizeBytes = 0;
        }
        appendFileSync(current, bytes, { mode: 0o600 });
        sizeBytes += bytes.length;
        hasFailed = false;
      } catch (error) {
        if (!(error instanceof Error)) throw error;
        sizeBytes = undefined;
        if (!hasFailed) onTrouble(error);
        hasFailed = true;
      }
    },
  };
}
