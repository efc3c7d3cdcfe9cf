import assert from "node:assert/strict";
import { afterEach, beforeEach, describe, test } from "node:test";
import { away, beganMs, World } from "./testing/world.ts";

let world: World;
beforeEach(() => (world = World.begin()));
afterEach(() => world.end());

describe("link", () => {
  test("says nothing for 300 ms, then that it connects, and after 5 s that it is lost", async () => {
    await world.start();
    assert.deepEqual(world.states, ["opening"]);
    await world.pass(299);
    assert.deepEqual(world.states, ["opening"]);
    await world.pass(1);
    assert.deepEqual(world.states, ["opening", "connecting"]);
    await world.pass(5000);
    assert.deepEqual(world.states, ["opening", "connecting", "lost"]);
    assert.equal(world.link.asOf, undefined);
    await world.tell();
    assert.equal(world.link.state, "live");
  });

  test("tells changes alone, however much is heard", async () => {
    await world.start();
    for (let count = 0; count < 50; count += 1) await world.tell();
    assert.deepEqual(world.states, ["opening", "live"]);
  });

  test("is lost at once when the stream breaks, as of the last word, and live by the first one after", async () => {
    await world.start();
    await world.pass(7000);
    await world.tell({ revision: "r7" });
    await world.pass(2000);
    await world.fail(away);
    assert.deepEqual(world.link, { state: "lost", asOf: new Date(beganMs + 7000), failure: away });
    await world.pass(500);
    assert.equal(world.streams.length, 2);
    assert.equal(world.stream.sinceRevision, "r7");
    assert.equal(world.link.state, "lost");
    await world.tell();
    assert.equal(world.link.state, "live");
  });

  test("of a frozen server is lost within 12 s after its last word", async () => {
    await world.start();
    await world.tell();
    world.stream.heard();
    await world.pass(10_900);
    assert.equal(world.link.state, "live");
    await world.pass(1100);
    assert.equal(world.link.state, "lost");
    assert.equal(world.streams[0]?.ending.aborted, true);
  });

  test("of a slow line, on which one message takes a minute, is not lost", async () => {
    await world.start();
    for (let count = 0; count < 12; count += 1) {
      world.stream.heard();
      await world.pass(4900);
    }
    assert.deepEqual([world.streams.length, world.states], [1, ["opening", "connecting"]]);
    await world.tell();
    assert.equal(world.link.state, "live");
  });

  test("of a machine that slept is not shown as live when it wakes up, nor as lost", async () => {
    await world.start();
    await world.tell({ revision: "r1" });
    await world.pass(3000);
    world.moveClock(3_600_000);
    await world.pass(1000);
    assert.deepEqual(world.link, { state: "opening", asOf: new Date(beganMs), failure: undefined });
    assert.deepEqual([world.streams.length, world.stream.sinceRevision], [2, "r1"]);
    await world.tell();
    assert.equal(world.link.state, "live");
  });

  test("is watched although the clock of the machine was set back by an hour", async () => {
    await world.start();
    await world.tell();
    world.moveClock(-3_600_000);
    await world.pass(12_000);
    assert.equal(world.link.state, "lost");
  });
});
