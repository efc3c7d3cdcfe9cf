import { mkdtempSync, rmSync } from "node:fs";
import { join } from "node:path";

/**
 * Makes the folder for everything that is measured, and sets TMPDIR to it for all programs. It is below /var/tmp by
 * default, since /tmp may be in memory, where an fsync costs nothing. Removed at the end.
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
