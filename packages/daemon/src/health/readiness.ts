import { errorText } from "@dwld/text";
import { withTimeout } from "@dwld/timing";
import { redactSecrets } from "../logger/redact-secrets.ts";

/** A check of one thing that a process needs. One that throws, or takes longer than 2 s, is not ok. */
export type Check = { readonly name: string; readonly check: () => CheckResult | Promise<CheckResult> };
export type CheckResult =
  | { readonly ok: true; readonly detail?: string }
  | { readonly ok: false; readonly reason: string };

export type Readiness = { readonly ok: boolean; readonly checks: Readonly<Record<string, CheckResult>> };

const checkTimeoutMs = 2000;

/**
 * Returns a function that runs all checks side by side, each with a time-out. Callers share a check that is running, so
 * that a part that hangs is asked once, however many callers there are.
 */
export function createReadiness(
  checks: readonly Check[],
  timeoutMs: number = checkTimeoutMs,
): () => Promise<Readiness> {
  const running = new Map<Check, Promise<CheckResult>>();

  function run(check: Check): Promise<CheckResult> {
    const already = running.get(check);
    if (already !== undefined) return already;
    const result = attempt(check).finally(() => running.delete(check));
    running.set(check, result);
    return result;
  }

  return async () => {
    const results = await Promise.all(
      checks.map(
        async (check) => [check.name, await withTimeout(run(check), timeoutMs, () => late(timeoutMs))] as const,
      ),
    );
    return { ok: results.every(([, { ok }]) => ok), checks: Object.fromEntries(results) };
  };
}

async function attempt({ check }: Check): Promise<CheckResult> {
  try {
    const result = await check();
    return result.ok ? result : { ok: false, reason: redactSecrets(result.reason) };
  } catch (error) {
    return { ok: false, reason: redactSecrets(errorText(error)) };
  }
}

function late(timeoutMs: number): CheckResult {
  return { ok: false, reason: `no answer within ${timeoutMs / 1000} s` };
}
