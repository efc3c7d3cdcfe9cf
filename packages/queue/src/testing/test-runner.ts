import type { TestContext } from "node:test";
import type { Database } from "../store/database.ts";
import { registerProcess } from "../leases/process-registry.ts";
import type { HandlerOptions } from "../runner/carry-out.ts";
import type { Handler } from "../runner/handler.ts";
import type { ClaimKind } from "../leases/claim-task.ts";
import { type Runner, type RunnerOptions, startRunner } from "../runner/runner.ts";
import type { DownloadOutcome } from "../runner/settle-download.ts";
import { downloadBounds } from "../tasks/attempt-bounds.ts";
import { atEnd } from "./fresh-database.ts";
import { testHost } from "./test-host.ts";

const timing = { heartbeatIntervalMs: 10, leaseMs: 60_000 };

/** Three attempts, in three days. */
export const boundsOf: HandlerOptions<"download">["boundsOf"] = (task) =>
  downloadBounds(task, { sites: {}, defaultSite: { maxAttempts: 3, maxTotalHours: 72 } });

type Given<Kind extends ClaimKind> = Partial<RunnerOptions<Kind>> & Partial<Omit<Handler<Kind>, "run">>;

/** A runner of the test's own process, stopped at its end. Its tasks are downloads, unless a kind is given. */
export async function startTestRunner<Kind extends ClaimKind = "download">(
  test: TestContext,
  database: Database,
  run: Handler<Kind>["run"],
  given: Given<Kind> = {},
): Promise<{ runner: Runner; errors: string[] }> {
  const errors: string[] = [];
  const onError = (error: unknown) => errors.push(error instanceof Error ? error.message : String(error));
  const self = { app: "worker", host: testHost, version: "1", pid: process.pid } as const;
  const registered = await registerProcess(database, self, { onError }, { intervalMs: timing.heartbeatIntervalMs });
  atEnd(test, () => registered.close());
  const { discard = async () => {}, settled, kind = "download" as Kind, ...options } = given;
  const handler: Handler<Kind> = { run, discard, ...(settled === undefined ? {} : { settled }) };
  const runner = startRunner({
    ...{ database, registered, kind, parallel: 2, defaultSiteParallel: 99, timing, handler, boundsOf, onError },
    ...options,
  });
  atEnd(test, () => runner.stop(AbortSignal.abort()));
  return { runner, errors };
}

/** The outcome of a download that ends its task: a playlist without entries. */
export const done: DownloadOutcome = { outcome: "expanded", title: "", entries: [], sites: {} };

/** Resolves with the reason when the signal is aborted. */
export function aborted(signal: AbortSignal): Promise<unknown> {
  return new Promise((resolve) => {
    const end = () => {
      resolve(signal.reason);
    };
    if (signal.aborted) end();
    else signal.addEventListener("abort", end, { once: true });
  });
}
