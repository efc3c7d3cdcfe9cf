import { mkdtempSync, rmSync } from "node:fs";
import { join } from "node:path";

/**
 * Makes the folder in which everything that is measured lies, and hands it to all programs as TMPDIR. By default below
 * /var/tmp, which is on a disk where /tmp may be in memory: an fsync must cost what it costs. Gone at the end.
 */
export function enterBenchFolder(): string {
  const folder = mkdtempSync(join(process.env["TMPDIR"] ?? "/var/tmp", "dwld-bench-"));
  process.env["TMPDIR"] = folder;
  process.on("exit", () => {
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  });
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => process.exit(1));
  return folder;
}
