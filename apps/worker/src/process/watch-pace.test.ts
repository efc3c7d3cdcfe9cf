import assert from "node:assert/strict";
import { once } from "node:events";
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { watchPace } from "./watch-pace.ts";

test("pace: time in which this process stood still is no silence of the site", { timeout: 20_000 }, async (context) => {
  const idleMs = 800;
  const folder = mkdtempSync(join(tmpdir(), "pace-"));
  const watch = watchPace(
    { folders: [folder], phase: () => "downloading", onPace: () => undefined },
    { idleMs, minBytesPerSecond: 0, slowAfterMs: 60_000 },
  );
  context.after(() => {
    watch.stop();
  });
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 2 * idleMs);
  const awakeAtMs = performance.now();
  await once(watch.signal, "abort");
  assert.equal(watch.signal.reason, "stalled");
  const silentMs = performance.now() - awakeAtMs;
  assert.ok(silentMs > idleMs / 2, `it was broken off ${silentMs} ms after it went on`);
});
