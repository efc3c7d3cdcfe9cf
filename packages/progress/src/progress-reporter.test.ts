import assert from "node:assert/strict";
import { mock, test } from "node:test";
import type { LiveProgress } from "./live-progress.ts";
import { createProgressReporter } from "./progress-reporter.ts";

const at = (doneBytes: number): LiveProgress => ({ doneBytes, step: "downloading", updatedAtMs: 0 });

/** A cache that records puts. Its clock and the timers stand still until a test moves them. */
function setUp(put: () => Promise<void> = async () => Promise.resolve()) {
  mock.timers.reset();
  mock.timers.enable({ apis: ["setTimeout"] });
  let nowMs = 0;
  const puts: [number, number][] = [];
  const cache = {
    put: async (taskId: string, { doneBytes }: LiveProgress) => {
      assert.equal(taskId, "t");
      puts.push([nowMs, doneBytes]);
      await put();
    },
  };
  const reporter = createProgressReporter(cache, "t", { intervalMs: 500, now: () => nowMs });
  const pass = async (ms: number): Promise<void> => {
    for (let step = 0; step < ms; step++) {
      await new Promise(setImmediate);
      nowMs++;
      mock.timers.tick(1);
    }
    await new Promise(setImmediate);
  };
  const setBack = (ms: number): void => {
    nowMs -= ms;
  };
  return { reporter, puts, pass, setBack };
}

test("progress reporter: a clock that is set back by an hour delays nothing for an hour", async () => {
  const { reporter, puts, pass, setBack } = setUp();
  reporter.report(at(1));
  await pass(600);
  setBack(3_600_000);
  reporter.report(at(2));
  await pass(1);
  assert.deepEqual(
    puts.map(([, done]) => done),
    [1, 2],
  );
});

test("progress reporter: puts the first at once, the rest at most once in 500 ms, and never loses the last", async () => {
  const { reporter, puts, pass } = setUp();
  for (let done = 0; done <= 1200; done += 100) {
    reporter.report(at(done));
    await pass(100);
  }
  // A report at the very moment of a put comes after it.
  await pass(2000);
  assert.deepEqual(puts, [
    [0, 0],
    [500, 400],
    [1000, 900],
    [1500, 1200],
  ]);
});

test("progress reporter: puts the next at once after a silence of the interval", async () => {
  const { reporter, puts, pass } = setUp();
  reporter.report(at(1));
  await pass(600);
  reporter.report(at(2));
  await pass(1);
  assert.deepEqual(puts, [
    [0, 1],
    [600, 2],
  ]);
});

test("progress reporter: flush puts what waits, once", async () => {
  const { reporter, puts, pass } = setUp();
  reporter.report(at(1));
  reporter.report(at(2));
  await pass(10);
  await reporter.flush();
  await reporter.flush();
  await pass(1000);
  assert.deepEqual(puts, [
    [0, 1],
    [10, 2],
  ]);
});

test("progress reporter: the interval begins anew after a flush", async () => {
  const { reporter, puts, pass } = setUp();
  for (const done of [1, 2, 3]) reporter.report(at(done));
  await pass(10);
  await reporter.flush();
  await pass(10);
  reporter.report(at(4));
  await pass(1000);
  assert.deepEqual(puts, [
    [0, 1],
    [10, 3],
    [510, 4],
  ]);
});

test("progress reporter: flush resolves when the last put has ended, which an older one never overtakes", async () => {
  const gates: (() => void)[] = [];
  const { reporter, puts } = setUp(async () => {
    const { promise, resolve } = Promise.withResolvers<void>();
    gates.push(resolve);
    await promise;
  });
  reporter.report(at(1));
  reporter.report(at(2));
  let flushed = false;
  const flushing = reporter.flush().then(() => (flushed = true));
  await new Promise(setImmediate);
  assert.deepEqual(
    puts.map(([, done]) => done),
    [1],
  );
  gates.shift()?.();
  await new Promise(setImmediate);
  assert.deepEqual(
    puts.map(([, done]) => done),
    [1, 2],
  );
  assert.equal(flushed, false);
  gates.shift()?.();
  await flushing;
});
