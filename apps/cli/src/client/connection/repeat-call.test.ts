import assert from "node:assert/strict";
import { test } from "node:test";
import { Code, ConnectError } from "@connectrpc/connect";
import { systemClock } from "./clock.ts";
import { repeatCall, type RepeatOptions } from "./repeat-call.ts";

const refused = new ConnectError(
  "refused",
  Code.Unavailable,
  undefined,
  undefined,
  Object.assign(new Error("x"), { code: "ECONNREFUSED" }),
);
const reset = new ConnectError(
  "reset",
  Code.Aborted,
  undefined,
  undefined,
  Object.assign(new Error("x"), { code: "ECONNRESET" }),
);
const busy = new ConnectError("busy", Code.Unavailable);
const invalid = new ConnectError("invalid", Code.InvalidArgument);
const late = new ConnectError("the operation timed out", Code.DeadlineExceeded);

type Result = { calls: number; complaints: unknown[]; outcome: unknown };

async function repeat(errors: ConnectError[], options: Partial<RepeatOptions> = {}): Promise<Result> {
  let nowMs = 0;
  const result: Result = { calls: 0, complaints: [], outcome: undefined };
  const call = async (): Promise<string> => {
    const error = errors[result.calls];
    result.calls += 1;
    if (error !== undefined) throw error;
    return "answer";
  };
  result.outcome = await repeatCall(call, {
    signal: new AbortController().signal,
    clock: {
      ...systemClock,
      monotonicMs: () => nowMs,
      random: () => 1,
      sleep: async (durationMs) => {
        nowMs += durationMs;
      },
    },
    retryMs: 60_000,
    reached: true,
    onRepeat: (error) => result.complaints.push(error),
    ...options,
  }).catch((error: unknown) => error);
  return result;
}

test("repeat call: repeats while the server is away or busy, and reports it once", async () => {
  assert.deepEqual(await repeat([refused, reset, busy, late]), { calls: 5, complaints: [refused], outcome: "answer" });
});

test("repeat call: a refusal is not repeated", async () => {
  assert.deepEqual(await repeat([invalid]), { calls: 1, complaints: [], outcome: invalid });
});

test("repeat call: a server that was never reached fails at once", async () => {
  assert.deepEqual(await repeat([refused], { reached: false }), { calls: 1, complaints: [], outcome: refused });
  assert.deepEqual(await repeat([late], { reached: false }), { calls: 1, complaints: [], outcome: late });
  assert.equal((await repeat([reset, busy], { reached: false })).outcome, "answer");
});

test("repeat call: ends after retryMs", async () => {
  const { calls, outcome } = await repeat(Array.from({ length: 100 }, () => refused));
  assert.equal(outcome, refused);
  assert.ok(calls > 10 && calls < 20, `${calls} calls in a minute`);
});

test("repeat call: ends on its signal", async () => {
  const { outcome } = await repeat([refused], { signal: AbortSignal.abort(new Error("stopped")) });
  assert.match(String(outcome), /stopped/);
});
