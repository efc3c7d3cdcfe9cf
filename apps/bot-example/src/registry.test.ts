import assert from "node:assert/strict";
import { test } from "node:test";
import { timestampFromMs } from "@bufbuild/protobuf/wkt";
import { create } from "@bufbuild/protobuf";
import { UnregisterDownloaderRequestSchema } from "@dwld/rpc";
import { Registry } from "./registry.ts";
import { signedRequest } from "./testing/signed-request.ts";

function newRegistry() {
  const clock = { nowMs: 0 };
  const events: string[] = [];
  const registry = new Registry(
    10_000,
    {
      onHeard: ({ name, queueLength }) => events.push(`heard ${name} ${queueLength}`),
      onGoodbye: ({ name }) => events.push(`goodbye ${name}`),
      onGone: ({ name }) => events.push(`gone ${name}`),
    },
    () => clock.nowMs,
  );
  const register = (name: string, address = "192.0.2.7:1", startMs = 1000, waitingCount = 0n) => {
    registry.register(
      signedRequest({ name, address }, { startTime: timestampFromMs(startMs), waitingCount, inWorkCount: 1n }),
    );
  };
  const unregister = (name: string, startMs = 1000, address = "192.0.2.7:1") => {
    const startTime = timestampFromMs(startMs);
    registry.unregister(create(UnregisterDownloaderRequestSchema, { name, address, startTime }));
  };
  return { clock, events, registry, register, unregister, names: () => registry.here().map(({ name }) => name) };
}

test("who is silent for three intervals is gone, and told once", () => {
  const { clock, events, register, names } = newRegistry();
  register("a");
  register("b");
  clock.nowMs = 29_999;
  register("b", undefined, undefined, 4n);
  assert.deepEqual(names(), ["a", "b"]);
  clock.nowMs = 30_000;
  assert.deepEqual(names(), ["b"]);
  assert.deepEqual(names(), ["b"]);
  assert.deepEqual(events, ["heard a 1", "heard b 1", "heard b 5", "gone a"]);
});

test("who said goodbye gets nothing more, is back when it registers, and is gone when it does not", () => {
  const { clock, events, register, unregister, names } = newRegistry();
  register("a");
  unregister("a");
  unregister("a");
  assert.deepEqual(names(), []);
  clock.nowMs = 29_000;
  register("a", "192.0.2.8:1", 2000);
  assert.deepEqual(names(), ["a"]);
  unregister("a", 2000, "192.0.2.8:1");
  clock.nowMs = 60_000;
  assert.deepEqual(names(), []);
  assert.deepEqual(events, ["heard a 1", "goodbye a", "heard a 1", "goodbye a", "gone a"]);
});

test("the goodbye of a run that was followed by another is of no effect, nor is that of a stranger", () => {
  const { register, unregister, names } = newRegistry();
  register("a", undefined, 2000);
  unregister("a", 1000);
  unregister("a", 2000, "192.0.2.9:1");
  unregister("b");
  assert.deepEqual(names(), ["a"]);
});

test("a name belongs to one address for as long as that one is there", () => {
  const { clock, register, names } = newRegistry();
  register("a");
  assert.throws(() => register("a", "192.0.2.8:1"), /a downloader of the name a is there already, at 192\.0\.2\.7:1/);
  clock.nowMs = 30_000;
  register("a", "192.0.2.8:1");
  assert.deepEqual(names(), ["a"]);
});
