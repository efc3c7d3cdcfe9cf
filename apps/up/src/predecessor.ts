import { readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import type { Logger } from "@dwld/daemon";
import { identifyProcess, isRunning, type ProcessIdentity } from "@dwld/queue/process-identity";
import { isSystemError } from "@dwld/text";

/** What one `dwld up` leaves on record for the next one. */
type Record = { readonly up: ProcessIdentity; readonly apps: readonly ProcessIdentity[] };

/** The kernel tells nobody but its parent when a process has ended. */
const lookAgainMs = 100;

/** Keeps on record which processes are ours, for a successor that starts when we were killed. */
export function keepRecord(data: string): { started(pid: number): void } {
  const apps = new Map<number, ProcessIdentity>();
  const path = recordPath(data);
  return {
    started: (pid) => {
      const [up, app] = [identifyProcess(process.pid), identifyProcess(pid)];
      if (up === undefined || app === undefined) return;
      apps.set(pid, app);
      const record: Record = { up, apps: [...apps.values()].filter(isRunning) };
      writeFileSync(`${path}.new`, JSON.stringify(record), { mode: 0o600 });
      renameSync(`${path}.new`, path);
    },
  };
}

/**
 * Waits until the apps of a `dwld up` that was killed have ended: their guards end them in order, and until then they
 * hold the addresses that ours are to listen on. A `dwld up` that still runs is not waited for: its addresses are taken.
 *
 * @param patienceMs the longest wait.
 */
export async function untilPredecessorEnded(
  data: string,
  { logger, signal, patienceMs }: { logger: Logger; signal: AbortSignal; patienceMs: number },
): Promise<void> {
  const record = readRecord(data);
  if (record === undefined || isRunning(record.up)) return;
  const deadlineMs = performance.now() + patienceMs;
  for (let isTold = false; record.apps.some(isRunning); isTold = true) {
    if (signal.aborted || performance.now() > deadlineMs) return;
    if (!isTold) logger.info("waiting for the processes of a dwld up that was killed to end");
    await pause(lookAgainMs, undefined, { signal }).catch(ignoreAbort);
  }
}

/** Undefined where none was written, or it cannot be read: then nobody is waited for. */
function readRecord(data: string): Record | undefined {
  try {
    return JSON.parse(readFileSync(recordPath(data), "utf8")) as Record;
  } catch (error) {
    if (error instanceof SyntaxError || isSystemError(error)) return undefined;
    throw error;
  }
}

function ignoreAbort(error: unknown): void {
  if (!(error instanceof Error) || error.name !== "AbortError") throw error;
}

function recordPath(data: string): string {
  return join(data, "up.json");
}
