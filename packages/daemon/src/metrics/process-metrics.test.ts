import assert from "node:assert/strict";
import { test } from "node:test";
import { Metrics } from "./metrics.ts";
import { addProcessMetrics } from "./process-metrics.ts";

test("process metrics: the delay of the event loop is measured each second, and only while somebody scrapes", async (t) => {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const metrics = new Metrics();
  addProcessMetrics(metrics, { app: "worker", version: "1.2.3" });
  const measured = async () => {
    const families = await metrics.read();
    const { samples = [] } = families.find(({ name }) => name === "dwld_event_loop_delay_seconds") ?? {};
    return samples.find(({ suffix }) => suffix === "_count")?.value;
  };
  // A timer that begins another one begins it at the time of its tick.
  const pass = (seconds: number) => {
    for (let second = 0; second < seconds; second += 1) t.mock.timers.tick(1000);
  };
  pass(10);
  assert.equal(await measured(), 0);
  pass(60);
  assert.equal(await measured(), 60);
  pass(1000);
  assert.equal(await measured(), 360, "the second scrape began no second timer");
  pass(10);
  assert.equal(await measured(), 370, "the next scrape begins it anew");
});
