import assert from "node:assert/strict";
import { afterEach, beforeEach, describe, test } from "node:test";
import { Code, ConnectError } from "@connectrpc/connect";
import { RetryInfoSchema } from "@dwld/rpc";
import type { Who } from "./keep-connected.ts";
import { away, settled, unauthenticated, World } from "./testing/world.ts";

let world: World;
beforeEach(() => (world = World.begin()));
afterEach(() => world.end());

describe("connection", () => {
  test("tries again after pauses that grow to 5 s, and begins with the first one after a success", async () => {
    await world.start();
    await world.fail(away);
    const pauses: number[] = [];
    for (let count = 0; count < 7; count += 1) {
      const tries = world.streams.length;
      const since = Date.now();
      while (world.streams.length === tries) await world.pass(100);
      pauses.push(Date.now() - since);
      await world.fail(away);
    }
    assert.deepEqual(pauses, [500, 1000, 2000, 4000, 5000, 5000, 5000]);
    await world.pass(5000);
    await world.tell();
    await world.fail(away);
    const tries = world.streams.length;
    await world.pass(500);
    assert.equal(world.streams.length, tries + 1);
  });

  test("waits as long as a server with too many streams says, and tells its words", async () => {
    await world.start();
    const retryDelay = { seconds: 30n };
    const tooMany = new ConnectError("too many streams", Code.ResourceExhausted, undefined, [
      { desc: RetryInfoSchema, value: { retryDelay } },
    ]);
    await world.fail(tooMany);
    assert.deepEqual([world.link.state, world.link.failure], ["lost", tooMany]);
    await world.pass(30_000);
    assert.equal(world.streams.length, 1);
    await world.pass(1000);
    assert.equal(world.streams.length, 2);
  });

  for (const change of ["network", "shown"] as const)
    test(`does not wait for its pause after: ${change}`, async () => {
      await world.start();
      for (let count = 0; count < 5; count += 1) {
        await world.fail(away);
        await world.change(change);
      }
      await world.change("network");
      assert.equal(world.streams.length, 7);
      assert.equal(world.link.state, "lost", "it stays lost until something is heard");
    });

  test("finds out whether an open stream outlived a change of the network", async () => {
    await world.start();
    await world.tell({ revision: "r1" });
    await world.change("network");
    assert.deepEqual([world.streams.length, world.stream.sinceRevision, world.link.state], [2, "r1", "opening"]);
    await world.fail(away);
    assert.equal(world.link.state, "lost");
  });

  test("holds no stream and asks nothing while the tab is hidden, and goes on where it was", async () => {
    await world.start();
    await world.tell({ revision: "r1" });
    await world.change("hidden");
    assert.equal(world.stream.ending.aborted, true);
    await world.pass(60_000);
    await world.change("network");
    assert.equal(world.streams.length, 1);
    assert.equal(world.link.state, "live", "nobody sees it");
    await world.change("shown");
    assert.deepEqual([world.streams.length, world.stream.sinceRevision, world.link.state], [2, "r1", "opening"]);
  });

  test("a tab that is shown again before its stream has ended opens anew", async () => {
    await world.start();
    await world.tell({ revision: "r1" });
    void world.change("hidden");
    await world.change("shown");
    assert.deepEqual([world.streams.length, world.stream.sinceRevision, world.link.state], [2, "r1", "opening"]);
  });

  test("keeps its place while a long snapshot is not whole", async () => {
    await world.start();
    await world.tell({ revision: "r1" });
    await world.fail(away);
    await world.pass(500);
    await world.tell({ revision: "" });
    await world.fail(away);
    await world.pass(500);
    assert.equal(world.stream.sinceRevision, "r1");
  });

  test("hands on a burst together, and all of it if the stream breaks", async () => {
    await world.start();
    for (let count = 0; count < 20; count += 1) world.stream.tell({});
    await settled();
    assert.deepEqual(world.applied, [1]);
    await world.pass(30);
    assert.deepEqual(world.applied, [1, 19]);
    for (let count = 0; count < 5; count += 1) world.stream.tell({});
    await world.fail(away);
    assert.equal(
      world.applied.reduce((sum, count) => sum + count),
      25,
    );
  });

  test("ends when the signal aborts", async () => {
    await world.start();
    world.ending.abort();
    await world.done;
    assert.equal(world.stream.ending.aborted, true);
  });
});

describe("connection, who looks", () => {
  test("ends if the server asks for a token, before the stream says so or after", async () => {
    for (const isFirst of [true, false]) {
      const { promise, resolve } = Promise.withResolvers<Who>();
      world = new World();
      world.who = () => promise;
      await world.start();
      if (isFirst) resolve("nobody");
      await world.fail(unauthenticated);
      resolve("nobody");
      await world.done;
      assert.deepEqual([world.streams.length, world.states], [1, ["opening"]]);
    }
  });

  test("goes on with a session that was renewed, and nobody sees it", async () => {
    await world.start();
    await world.tell({ revision: "r1" });
    await world.fail(unauthenticated);
    assert.deepEqual([world.streams.length, world.stream.sinceRevision, world.link.state], [2, "r1", "opening"]);
    await world.tell();
    assert.deepEqual(world.states, ["opening", "live", "opening", "live"]);
  });

  test("pauses if a stream is refused although the caller is known", async () => {
    await world.start();
    await world.fail(unauthenticated);
    assert.deepEqual([world.streams.length, world.link.state], [1, "lost"]);
  });

  test("forgets all for another person, whose stream begins anew", async () => {
    await world.start();
    await world.tell({ revision: "r1" });
    const told: Who[] = ["another"];
    world.who = () => Promise.resolve(told.pop() ?? "same");
    await world.change("hidden");
    await world.change("shown");
    assert.deepEqual([world.forgotten, world.streams.length, world.stream.sinceRevision], [1, 3, ""]);
  });

  test("is asked again if the server was away", async () => {
    let asked = 0;
    world.who = () => {
      asked += 1;
      return asked === 1 ? Promise.reject(away) : Promise.resolve("same");
    };
    await world.start();
    assert.equal(world.link.state, "lost");
    await world.pass(500);
    assert.equal(asked, 2);
  });
});
