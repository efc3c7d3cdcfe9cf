import assert from "node:assert/strict";
import { readdir } from "node:fs/promises";
import { test } from "node:test";
import { cancelTask, deleteTask, partsToRemove } from "@dwld/queue";
import { eventually } from "@dwld/testbed";
import { type CleanupOptions, DestinationError, PendingCleanup } from "@dwld/delivery";
import { arrived, type Beds, deliver, isPart, withBeds } from "../testing/beds.ts";
import { video } from "@dwld/delivery/testing";

/** A task that waits for its next try, with a part on the server. */
async function begun(beds: Beds): Promise<string> {
  const { bed, tampered, server } = beds;
  const before = (await readdir(server.root)).length;
  const { id } = await bed.addReady([video("v.mp4")]);
  tampered.tamper.onReply = ({ command, reply }) =>
    command.startsWith("STOR") && reply.startsWith("226") ? "cut" : "pass";
  await deliver(beds);
  tampered.tamper = {};
  const names = await readdir(server.root);
  assert.ok(names.length > before && names.every(isPart));
  return id;
}

function startRemoving({ sender }: Beds, given: Partial<CleanupOptions> = {}) {
  const { database, destination, logger } = sender.options;
  const errors: unknown[] = [];
  const remover = new PendingCleanup({
    ...{ database, notifier: database.notifier, destination, logger, isReachable: () => true, now: Date.now },
    onError: (error) => errors.push(error),
    ...given,
  });
  remover.look();
  return {
    remover,
    async [Symbol.asyncDispose]() {
      await remover.close();
      assert.deepEqual(errors, []);
    },
  };
}

const ends: Record<string, (beds: Beds, id: string) => Promise<unknown>> = {
  canceled: ({ bed }, id) => cancelTask(bed.database, { id, scope: "all" }, Date.now()),
  deleted: ({ bed }, id) => deleteTask(bed.database, { id, scope: "all" }, false, Date.now()),
};

for (const [end, run] of Object.entries(ends))
  test(`pending cleanup: the part of a task that is ${end} while it waits is removed, and that of another stays`, () =>
    withBeds(async (beds) => {
      const [ended, waiting] = [await begun(beds), await begun(beds)];
      await using _ = startRemoving(beds);
      await run(beds, ended);
      await eventually("one part is gone", async () => (await readdir(beds.server.root)).length === 1);
      assert.ok(Object.keys(await arrived(beds)).every((name) => name.includes(waiting)));
      await deliver(beds, waiting);
      assert.deepEqual(Object.keys(await arrived(beds)), ["v (2).mp4"], "the name was taken when it was reserved");
    }));

test("pending cleanup: parts of tasks that ended while no sender ran are removed at the start, or forgotten if they are gone", () =>
  withBeds(async (beds) => {
    const { bed, server } = beds;
    for (let count = 0; count < 2; count += 1)
      await cancelTask(bed.database, { id: await begun(beds), scope: "all" }, Date.now());
    const name = beds.sender.options.destination.name;
    assert.equal((await partsToRemove(bed.database, name, Date.now(), 9)).length, 2);
    await using _ = startRemoving(beds);
    await eventually(
      "the table has none",
      async () => (await partsToRemove(bed.database, name, Date.now(), 9)).length === 0,
    );
    assert.deepEqual(await readdir(server.root), []);
  }));

test("pending cleanup: a look that is asked for during one that fails is made right after it", () =>
  withBeds(async (beds) => {
    const { bed, server, sender } = beds;
    await cancelTask(bed.database, { id: await begun(beds), scope: "all" }, Date.now());
    const { destination } = sender.options;
    const facts = { kind: "connection", phase: "connect", message: "It is away", advice: "Wait." } as const;
    let connects = 0;
    const connect = async (signal: AbortSignal) => {
      connects += 1;
      if (connects > 1) return await destination.connect(signal);
      // The server is back, and the look under way does not know.
      removing.remover.look();
      throw new DestinationError(facts);
    };
    const notifier = { listen: () => () => {} };
    await using removing = startRemoving(beds, { destination: { ...destination, connect }, notifier });
    await eventually("it is gone", async () => (await readdir(server.root)).length === 0);
    assert.equal(connects, 2);
  }));

test("pending cleanup: a server in trouble is not asked, and one that refuses is asked again later", () =>
  withBeds(async (beds) => {
    const { bed, server, tampered, sender } = beds;
    await cancelTask(bed.database, { id: await begun(beds), scope: "all" }, Date.now());
    tampered.commands.length = 0;
    const { name } = sender.options.destination;
    {
      let asked = false;
      const isReachable = () => {
        asked = true;
        return false;
      };
      await using _ = startRemoving(beds, { isReachable });
      await eventually("it asks for the server", () => asked);
    }
    assert.deepEqual(tampered.commands, []);
    await server.setWritable(false);
    let now = Date.now();
    const later = async () => await partsToRemove(bed.database, name, now + 60_000, 9);
    {
      await using _ = startRemoving(beds, { now: () => now });
      await eventually("it is put off", async () => (await later())[0]?.removals === 1);
      assert.deepEqual(await partsToRemove(bed.database, name, now, 9), []);
    }
    await server.setWritable(true);
    now += 60_000;
    await using _ = startRemoving(beds, { now: () => now });
    await eventually("it is gone", async () => (await later()).length === 0);
    assert.deepEqual(await readdir(server.root), []);
  }));

/** Answers of a server each time that one file is to be removed. */
const stubborn: Record<string, string> = {
  "is refused for want of space": "552 Over quota.",
  "is refused as a login is": "530 Not allowed.",
  "ends the connection": "cut",
};

for (const [what, verdict] of Object.entries(stubborn))
  test(`pending cleanup: a part whose removal ${what} keeps no other part from being removed`, () =>
    withBeds(async (beds) => {
      const { bed, server, tampered, sender } = beds;
      for (let count = 0; count < 2; count += 1)
        await cancelTask(bed.database, { id: await begun(beds), scope: "all" }, Date.now());
      const { name } = sender.options.destination;
      const [first] = await partsToRemove(bed.database, name, Date.now(), 9);
      assert.ok(first !== undefined);
      const refusal = verdict === "cut" ? "550 Not now." : verdict;
      tampered.tamper.onCommand = (command) => (command === `DELE ${first.path}` ? refusal : undefined);
      // The session asks next whether the file is there.
      tampered.tamper.onReply = ({ command }) =>
        verdict === "cut" && command === `SIZE ${first.path}` ? "cut" : "pass";
      await using removing = startRemoving(beds);
      await eventually("the other part is gone", async () => {
        // As time and the ends of tasks do.
        removing.remover.look();
        return (await readdir(server.root)).length === 1;
      });
      assert.ok(first.path.endsWith((await readdir(server.root))[0] ?? "?"));
      const later = await partsToRemove(bed.database, name, Date.now() + 60_000, 9);
      assert.deepEqual(later, [{ ...first, removals: 1 }], "it is tried again later");
    }));
