/**
 * Loaded into each process of dwld by NODE_OPTIONS: timers follow the clock that the test sets, as they would if the time had
 * gone by. Node's own clock for timers is monotonic, so that they would wait through a jump. What measures durations
 * (heartbeats, leases, speeds) keeps the real clock.
 *
 * After a jump, a process first tells that it lives. Then all fires that was due, once, and what is done periodically goes on
 * for some rounds. A file of the process in MONTHS_SEEN has the time then.
 */
import { createRequire, syncBuiltinESMExports } from "node:module";
import { renameSync, writeFileSync } from "node:fs";
import type * as Timers from "node:timers";
import type * as Promises from "node:timers/promises";

const require = createRequire(import.meta.url);
const timers = require("node:timers") as typeof Timers;
const promises = require("node:timers/promises") as typeof Promises;
const { setTimeout: realTimeout, setInterval: realInterval, clearTimeout: realClear } = timers;
const { setTimeout: realPause } = promises;

type Task = (...values: unknown[]) => void;
type Followed = { dueMs: number; readonly delayMs: number; readonly isInterval: boolean; readonly fire: () => void };

/** Shorter timers bound or pace what is under way, which takes real time. */
const leastMs = { timeout: 45_000, interval: 1000 } as const;
/** Intervals that are shorter are heartbeats. */
const heartbeatMs = 10_000;
const lookEveryMs = 20;
const jumpMs = 10_000;
const roundMs = 50;
const rounds = 4;

const followed = new Map<NodeJS.Timeout, Followed>();

function followTimeout(task: Task, delayMs = 0, ...values: unknown[]): NodeJS.Timeout {
  if (!(delayMs >= leastMs.timeout)) return realTimeout(task, delayMs, ...values);
  const run = () => {
    followed.delete(timer);
    task(...values);
  };
  const timer = realTimeout(run, delayMs);
  const follow = () => {
    const fire = () => {
      realClear(timer);
      run();
    };
    followed.set(timer, { dueMs: Date.now() + delayMs, delayMs, isInterval: false, fire });
  };
  follow();
  const refresh = timer.refresh.bind(timer);
  timer.refresh = () => {
    follow();
    return refresh();
  };
  return timer;
}

function followInterval(task: Task, delayMs = 0, ...values: unknown[]): NodeJS.Timeout {
  if (!(delayMs >= leastMs.interval)) return realInterval(task, delayMs, ...values);
  const fire = () => {
    entry.dueMs = Date.now() + delayMs;
    task(...values);
  };
  const entry: Followed = { dueMs: Date.now() + delayMs, delayMs, isInterval: true, fire };
  const timer = realInterval(fire, delayMs);
  followed.set(timer, entry);
  return timer;
}

/** Replaces setTimeout of node:timers/promises. */
async function followPause<Value>(
  delayMs?: number,
  value?: Value,
  options: { signal?: AbortSignal; ref?: boolean } = {},
): Promise<Value | undefined> {
  const { signal, ref = true } = options;
  if (!(Number(delayMs) >= leastMs.timeout) || signal?.aborted === true)
    return await realPause(delayMs, value, options);
  const { promise, resolve, reject } = Promise.withResolvers<Value | undefined>();
  const timer = followTimeout(() => resolve(value), delayMs);
  if (!ref) timer.unref();
  const abort = () => {
    realClear(timer);
    // Rejects with what the original rejects with.
    realPause(0, value, { signal: AbortSignal.abort(signal?.reason) }).then(resolve, reject);
  };
  signal?.addEventListener("abort", abort, { once: true });
  try {
    return await promise;
  } finally {
    signal?.removeEventListener("abort", abort);
  }
}

const as = (target: object, source: object) =>
  Object.defineProperties(target, Object.getOwnPropertyDescriptors(source));
Object.assign(timers, {
  setTimeout: as(followTimeout, realTimeout),
  setInterval: as(followInterval, realInterval),
});
Object.assign(promises, { setTimeout: followPause });
Object.assign(globalThis, { setTimeout: timers.setTimeout, setInterval: timers.setInterval });
syncBuiltinESMExports();

/** Node tells this in no other way. */
const hasEnded = (timer: NodeJS.Timeout) => Reflect.get(timer, "_destroyed") === true;

function fireEach(isWanted: (timer: Followed) => boolean): void {
  for (const [timer, entry] of followed)
    if (hasEnded(timer)) followed.delete(timer);
    else if (isWanted(entry)) entry.fire();
}

async function catchUp(nowMs: number): Promise<void> {
  fireEach(({ isInterval, delayMs }) => isInterval && delayMs < heartbeatMs);
  await realPause(2 * roundMs);
  fireEach(({ dueMs }) => dueMs <= nowMs);
  for (let round = 1; round < rounds; round += 1) {
    await realPause(roundMs);
    fireEach(({ isInterval, delayMs }) => isInterval && delayMs >= heartbeatMs);
  }
  const seen = process.env["MONTHS_SEEN"];
  if (seen === undefined) return;
  writeFileSync(`${seen}/.${process.pid}`, String(nowMs));
  renameSync(`${seen}/.${process.pid}`, `${seen}/${process.pid}`);
}

let lastMs = Date.now();
realInterval(() => {
  const nowMs = Date.now();
  if (nowMs - lastMs > jumpMs) void catchUp(nowMs);
  lastMs = nowMs;
}, lookEveryMs).unref();
