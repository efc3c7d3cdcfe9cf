import { readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import type { Logger } from "@dwld/daemon/process";
import { identifyProcess, isRunning, type ProcessIdentity } from "@dwld/queue/process-identity";
import { isSystemError } from "@dwld/text";

/** The processes of a `dwld up`, on record for the next one. */
type Record = { readonly up: ProcessIdentity; readonly apps: readonly ProcessIdentity[] };

/** The kernel tells only the parent when a process has ended, so others poll. */
const pollMs = 100;

/**
 * Records the processes of this `dwld up`, for a successor that starts after it was killed. If the disk refuses, that is
 * logged: a successor then starts without waiting, and the apps go on.
 */
export function recordProcesses(data: string, logger: Logger): { started(pid: number): void } {
  const apps = new Map<number, ProcessIdentity>();
  const path = recordPath(data);
  return {
    started: (pid) => {
      const [up, app] = [identifyProcess(process.pid), identifyProcess(pid)];
      if (up === undefined || app === undefined) return;
      apps.set(pid, app);
      const record: Record = { up, apps: [...apps.values()].filter(isRunning) };
      try {
        writeFileSync(`${path}.new`, JSON.stringify(record), { mode: 0o600 });
        renameSync(`${path}.new`, path);
      } catch (error) {
        if (!isSystemError(error)) throw error;
        logger.warn({ err: error }, "the processes of dwld up are not on record");
      }
    },
  };
}

/**
 * Waits until the apps of a killed `dwld up` have ended. Their guards end them in order, and until then they hold the
 * addresses that the new apps listen on. A `dwld up` that still runs is not waited for: its addresses stay taken.
 *
 * @param timeoutMs the longest wait.
 */
export async function untilPredecessorEnded(
  data: string,
  { logger, signal, timeoutMs }: { logger: Logger; signal: AbortSignal; timeoutMs: number },
): Promise<void> {
  const record = readRecord(data);
  if (record === undefined || isRunning(record.up)) return;
  const deadlineMs = performance.now() + timeoutMs;
  for (let isLogged = false; record.apps.some(isRunning); isLogged = true) {
    if (signal.aborted || performance.now() > deadlineMs) return;
    if (!isLogged) logger.info("waiting for the processes of a dwld up that was killed to end");
    await pause(pollMs, undefined, { signal }).catch(ignoreAbort);
  }
}

/** Returns the process id of the `dwld up` that runs with a data folder; undefined if there is none. */
export function runningUp(data: string): number | undefined {
  const record = readRecord(data);
  return record !== undefined && isRunning(record.up) ? record.up.pid : undefined;
}

/** Returns undefined if there is no record, or it cannot be read: then nothing is waited for. */
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
