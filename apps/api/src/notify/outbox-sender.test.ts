import assert from "node:assert/strict";
import { describe, it, type TestContext } from "node:test";
import { setImmediate } from "node:timers/promises";
import { addTask, cancelTask, listLanes, type OutboxRow, registerProcess } from "@dwld/queue";
import { defaultOptions } from "@dwld/options";
import { eventually } from "@dwld/testbed";
import { openContext } from "../testing/served-api.ts";
import { OutboxSender } from "./outbox-sender.ts";
import type { Reply } from "./send/reply.ts";

const accepted: Reply = { outcome: "accepted", answer: "HTTP 204" };

/** A table with tasks that have ended, and senders that send as the test says. */
async function ended(t: TestContext, addresses: readonly { lane: string; url: string }[]) {
  const { context, logger, close } = await openContext();
  const { database } = context;
  const ends: (() => Promise<unknown>)[] = [];
  t.after(async () => {
    for (const end of ends.toReversed()) await end();
    await close();
  });
  const sender = async (send: (row: OutboxRow, signal: AbortSignal) => Promise<Reply>) => {
    const host = { name: "here", shared: "", dataId: "d" };
    const self = { app: "api", host, version: "1", pid: process.pid } as const;
    const registered = await registerProcess(database, self, { onError: assert.ifError });
    const sending = new OutboxSender({
      ...{ database, host: "here", send, logger, now: Date.now },
      processId: () => registered.processId,
      hasReceivers: () => true,
      knows: () => "tasks",
      random: () => 0,
    });
    const end = async () => {
      await sending.stop(AbortSignal.abort());
      await registered.close();
    };
    ends.push(end);
    return { start: () => sending.start(), end };
  };
  for (const [index, address] of addresses.entries()) {
    const link = `https://videos.example/${index}`;
    const asked = { link, site: "videos.example", chatId: "c", userName: "", folder: "", targetQuality: 0 };
    const { task } = await addTask(database, { ...asked, options: defaultOptions, addresses: [address] }, Date.now());
    await cancelTask(database, { id: task.id, scope: "all" }, Date.now());
  }
  return { database, sender };
}

const address = (host: string, number: number) => ({ lane: `tasks https://${host}`, url: `https://${host}/${number}` });

describe("outbox sender", { concurrency: 2, timeout: 60_000 }, () => {
  it("a receiver that hangs delays no other, and has four messages at once", async (t) => {
    const hanging = Array.from({ length: 40 }, (_, number) => address("dead.example", number));
    const { sender } = await ended(t, [...hanging, address("well.example", 1), address("well.example", 2)]);
    const [held, told]: [Set<string>, string[]] = [new Set(), []];
    const sending = await sender(async ({ url }, signal) => {
      if (!url.includes("dead")) {
        told.push(url);
        return accepted;
      }
      held.add(url);
      const { promise, resolve } = Promise.withResolvers<Reply>();
      signal.addEventListener("abort", () => resolve({ outcome: "away", answer: "cut off" }));
      return await promise;
    });
    sending.start();
    await eventually("the others were told", () => told.length === 2);
    assert.equal(held.size, 4);
  });

  it("of several senders one has each message, and all are sent", async (t) => {
    const { database, sender } = await ended(
      t,
      Array.from({ length: 60 }, (_, number) => address(`${number % 3}.example`, number)),
    );
    const told: string[] = [];
    for (let count = 0; count < 3; count += 1) {
      const sending = await sender(async ({ url }) => {
        told.push(url);
        return await Promise.resolve(accepted);
      });
      sending.start();
    }
    await eventually("all were told", () => told.length >= 60);
    assert.equal(new Set(told).size, 60);
    assert.equal(told.length, 60);
    const left = { compile: () => ({ sql: "SELECT 1 FROM outbox WHERE accepted_at IS NULL", parameters: [] }) };
    await eventually("all is recorded", async () => (await database.get(left as never)) === undefined);
  });

  it("counts a failure of a receiver once, though a look begins while that is recorded", async (t) => {
    const { database, sender } = await ended(t, [address("a.example", 1)]);
    const [recording, recorded] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    const write = database.write.bind(database);
    const sending = await sender(async () => {
      t.mock.method(database, "write", async (...change: Parameters<typeof write>) => {
        recording.resolve();
        await recorded.promise;
        return await write(...change);
      });
      return await Promise.resolve({ outcome: "away", answer: "nobody listens" });
    });
    sending.start();
    await recording.promise;
    await setImmediate();
    const end = sending.end();
    recorded.resolve();
    await end;
    assert.deepEqual(
      (await listLanes(database)).map(({ failures }) => failures),
      [1],
    );
  });

  it("what a sender had when it was told to stop is sent by another one", async (t) => {
    const { sender } = await ended(t, [address("a.example", 1)]);
    const begun = Promise.withResolvers<void>();
    const first = await sender(async (_, signal) => {
      begun.resolve();
      const { promise, resolve } = Promise.withResolvers<Reply>();
      signal.addEventListener("abort", () => resolve({ outcome: "away", answer: "cut off" }));
      return await promise;
    });
    first.start();
    await begun.promise;
    const told: number[] = [];
    const second = await sender(async ({ attempts }) => {
      told.push(attempts);
      return await Promise.resolve(accepted);
    });
    second.start();
    await first.end();
    await eventually("the second one has it", () => told.length > 0);
    assert.deepEqual(told, [2]);
  });
});
