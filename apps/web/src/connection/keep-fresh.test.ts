import assert from "node:assert/strict";
import { test, type TestContext } from "node:test";
import { keepFresh } from "./keep-fresh.ts";

/** A page that can be hidden, a clock, and calls that end when the test says so. */
function scene(t: TestContext) {
  t.mock.timers.enable({ apis: ["setTimeout", "Date"] });
  const page = Object.assign(new EventTarget(), { hidden: false });
  const ending = new AbortController();
  let calls = 0;
  let end = (): void => undefined;
  const ask = (): Promise<void> => {
    calls += 1;
    return new Promise((resolve) => (end = resolve));
  };
  return {
    tell: keepFresh(ask, { everyMs: 15_000, leastMs: 3000 }, ending.signal, page),
    calls: () => calls,
    answer: async (): Promise<void> => {
      end();
      await new Promise(setImmediate);
    },
    pass: (ms: number) => t.mock.timers.tick(ms),
    show: (isShown: boolean): void => {
      page.hidden = !isShown;
      page.dispatchEvent(new Event("visibilitychange"));
    },
    close: () => ending.abort(),
  };
}

test("keep fresh: asks at once, and again after the interval", async (t) => {
  const { calls, answer, pass } = scene(t);
  pass(0);
  assert.equal(calls(), 1);
  await answer();
  pass(14_999);
  assert.equal(calls(), 1);
  pass(1);
  assert.equal(calls(), 2);
});

test("keep fresh: many changes are one call, and two calls stand apart", async (t) => {
  const { tell, calls, answer, pass } = scene(t);
  pass(0);
  await answer();
  for (let change = 0; change < 500; change += 1) tell();
  pass(2999);
  assert.equal(calls(), 1);
  pass(1);
  assert.equal(calls(), 2);
});

test("keep fresh: a change long after the last call is asked about at once", async (t) => {
  const { tell, calls, answer, pass } = scene(t);
  pass(0);
  await answer();
  pass(10_000);
  tell();
  pass(0);
  assert.equal(calls(), 2);
});

test("keep fresh: a change during a call is asked about after it, and never at the same time", async (t) => {
  const { tell, calls, answer, pass } = scene(t);
  pass(0);
  tell();
  pass(60_000);
  assert.equal(calls(), 1);
  await answer();
  pass(0);
  assert.equal(calls(), 2);
});

test("keep fresh: a hidden page asks nothing, and one that is shown again asks if it is old", async (t) => {
  const { tell, calls, answer, pass, show } = scene(t);
  pass(0);
  await answer();
  show(false);
  tell();
  pass(3_600_000);
  assert.equal(calls(), 1);
  show(true);
  pass(0);
  assert.equal(calls(), 2);
  await answer();
  show(false);
  show(true);
  pass(14_999);
  assert.equal(calls(), 2);
});

test("keep fresh: asks nothing after its end", async (t) => {
  const { tell, calls, answer, pass, close } = scene(t);
  pass(0);
  await answer();
  close();
  tell();
  pass(3_600_000);
  assert.equal(calls(), 1);
});
