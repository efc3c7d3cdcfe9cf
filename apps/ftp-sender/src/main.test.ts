import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { describe, test } from "node:test";
import { cancelTask, listProcesses, type TaskRow } from "@dwld/queue";
import { type Dwld, eventually, startDwld } from "@dwld/testbed";
import { arrived, type Beds, isPart, video, withBeds } from "./testing/beds.ts";
import { sha256 } from "./testing/delivery-bed.ts";
import type { Exchange } from "./testing/ftp-tamper.ts";

/** The real app as a process of its own, delivering to the server through what tampers with it. */
async function startSender({ bed, server, tampered }: Beds, ftp: object = {}, graceSeconds = 10): Promise<Dwld> {
  return await startDwld({
    apps: ["ftp-sender"],
    until: "alive",
    configuration: {
      database: { path: join(bed.folder, "dwld.sqlite") },
      worker: { downloads: join(bed.folder, "downloads") },
      ftp: { ...server.configuration, port: tampered.port, ...ftp },
      shutdown: { graceSeconds },
      log: { level: "trace" },
    },
  });
}

async function terminate(sender: Dwld): Promise<number | undefined> {
  sender.signal("ftp-sender", "SIGTERM");
  return (await sender.waitForEnd("ftp-sender")).exitStatus;
}

/** The status and body of /readyz. */
async function ready(sender: Dwld): Promise<{ status: number; text: string }> {
  const response = await fetch(`${sender.health["ftp-sender"]}/readyz`);
  return { status: response.status, text: await response.text() };
}

const isDone = ({ bed }: Beds, id: string) =>
  eventually("the task is DONE", () => bed.task(id).state === "DONE", {
    deadlineMs: 30_000,
    describe: () => JSON.stringify(bed.task(id)),
  });

const trouble = ({ bed }: Beds) => listProcesses(bed.database).find(({ app }) => app === "ftp-sender")?.trouble ?? "";

// Most of each is waiting.
describe("the sender as a process", { concurrency: 4 }, () => {
  test("a task that becomes ready is delivered at once; the sender is ready and stops on SIGTERM", () =>
    withBeds(async (beds) => {
      await using sender = await startSender(beds);
      await eventually("it is ready", async () => (await ready(sender)).status === 200);
      const source = video("v.mp4");
      const { id } = await beds.bed.addReady([source], { userName: "ann" });
      await isDone(beds, id);
      assert.deepEqual(await arrived(beds), { "ann/v.mp4": sha256(source.bytes) });
      assert.equal(await terminate(sender), 0);
      assert.ok(!listProcesses(beds.bed.database).some(({ app }) => app === "ftp-sender"));
    }));

  test("an upload that the grace suffices for is finished before the process ends", () =>
    withBeds(
      async (beds) => {
        const { id } = await beds.bed.addReady([video("v.mp4", 2_000_000)]);
        await using sender = await startSender(beds);
        await eventually("the upload has begun", async () => (await readdir(beds.server.root)).some(isPart));
        assert.equal(await terminate(sender), 0);
        assert.equal(beds.bed.task(id).state, "DONE");
      },
      { maxBytesPerSecond: 2_000_000 },
    ));

  test("an upload that takes longer than the grace is given back, and the next start delivers it", () =>
    withBeds(
      async (beds) => {
        const { bed, server } = beds;
        const source = video("v.mp4", 3_000_000);
        const { id } = await bed.addReady([source]);
        await using first = await startSender(beds, {}, 0.2);
        await eventually("the upload has begun", async () => (await readdir(server.root)).some(isPart));
        assert.equal(await terminate(first), 0);
        assert.equal(bed.task(id).state, "READY_TO_SEND");
        assert.equal(bed.task(id).failure_class, null);
        assert.ok(existsSync(bed.files(id)[0]?.local_path ?? ""));
        await using second = await startSender(beds);
        await isDone(beds, id);
        assert.deepEqual(await arrived(beds), { "v.mp4": sha256(source.bytes) });
        assert.equal(await terminate(second), 0);
      },
      { maxBytesPerSecond: 1_500_000 },
    ));

  test("a cancel during the upload ends it, removes it from the server, and lets the task go", () =>
    withBeds(
      async (beds) => {
        const { bed, server } = beds;
        const { id } = await bed.addReady([video("v.mp4", 9_000_000)]);
        await using sender = await startSender(beds);
        await eventually("the upload has begun", async () => (await readdir(server.root)).some(isPart));
        await cancelTask(bed.database, id, Date.now());
        await eventually("the lease is given back", () => bed.task(id).owner === null);
        assert.deepEqual(await arrived(beds), {});
        assert.equal(await terminate(sender), 0);
      },
      { maxBytesPerSecond: 500_000 },
    ));

  const steps: { step: string; at: (exchange: Exchange) => boolean }[] = [
    {
      step: "while the server receives",
      at: ({ command, reply }) => command.startsWith("STOR") && reply.startsWith("150"),
    },
    { step: "after the transfer", at: ({ command, reply }) => command.startsWith("STOR") && reply.startsWith("226") },
    { step: "after the sizes were compared", at: ({ command }) => command.startsWith("RNFR") },
    { step: "after the rename", at: ({ command }) => command.startsWith("RNTO") },
  ];

  for (const { step, at } of steps)
    for (const sizeBytes of [0, 70_000, 5_000_000])
      test(`killed ${step} (${sizeBytes} bytes), the next start ends with one file and the right bytes`, () =>
        withBeds(async (beds) => {
          const { bed, tampered } = beds;
          const source = video("v.mp4", sizeBytes);
          const { id } = await bed.addReady([source]);
          let reached = false;
          tampered.tamper.onReply = (exchange) => {
            reached ||= at(exchange);
            return reached ? "hold" : "pass";
          };
          await using first = await startSender(beds);
          await eventually("the step is reached", () => reached, { describe: () => first.output("ftp-sender") });
          await first.kill("ftp-sender");
          assert.ok(existsSync(bed.files(id)[0]?.local_path ?? ""));
          tampered.tamper = {};
          await using second = await startSender(beds);
          await isDone(beds, id);
          assert.deepEqual(await arrived(beds), { "v.mp4": sha256(source.bytes) });
          assert.equal(bed.files(id)[0]?.local_path, null);
          assert.equal(await terminate(second), 0);
        }));

  test("a wrong password pauses the queue, is told in plain words and never printed; mended, all is delivered", () =>
    withBeds(async (beds) => {
      const { bed, server, tampered } = beds;
      const tasks: TaskRow[] = [];
      for (let task = 0; task < 5; task += 1) tasks.push(await bed.addReady([video(`${task}.mp4`, 10)]));
      await server.changePassword("another one");
      await using sender = await startSender(beds);
      await eventually("the trouble is told", () => /refuses the login of the user anonymous/.test(trouble(beds)));
      const { status, text } = await ready(sender);
      assert.equal(status, 503);
      assert.match(text, /refuses the login/);
      await eventually("the task says why it waits", () =>
        tasks.some(({ id }) => bed.task(id).state === "READY_TO_SEND" && bed.task(id).failure_class === "delivery"),
      );
      // The first probe and the first task may have shared one, or had one each.
      assert.ok(tampered.commands.filter((command) => command.startsWith("PASS")).length <= 2);
      await server.changePassword(server.password);
      for (const { id } of tasks) await isDone(beds, id);
      assert.equal(bed.task(tasks[0]?.id ?? "").delivery_attempt_count, 1);
      await eventually("the trouble is over", () => trouble(beds) === "");
      assert.equal((await ready(sender)).status, 200);
      assert.ok(!sender.output("ftp-sender").includes(server.password), "the password is in the log");
    }));

  test("a folder that cannot be written pauses the queue; mended, the task is DONE", () =>
    withBeds(async (beds) => {
      const { bed, server } = beds;
      await server.setWritable(false);
      const { id } = await bed.addReady([video("v.mp4", 10)]);
      await using sender = await startSender(beds);
      await eventually("the trouble is told", () => /does not let the user anonymous write/.test(trouble(beds)));
      assert.equal((await ready(sender)).status, 503);
      assert.match(bed.task(id).failure_advice ?? "", /ftp\.directory/);
      await server.setWritable(true);
      await isDone(beds, id);
    }));

  test("a server that is away is waited for, and delivery goes on when it is back", () =>
    withBeds(async (beds) => {
      const { bed, server } = beds;
      await server.goAway();
      const { id } = await bed.addReady([video("v.mp4", 10)]);
      await using sender = await startSender(beds);
      await eventually("it is not ready", async () => (await ready(sender)).status === 503);
      await eventually("the trouble is told", () => trouble(beds) !== "");
      await server.comeBack();
      await isDone(beds, id);
      assert.equal(bed.task(id).delivery_attempt_count, 1);
    }));

  test("what has waited too long for a server that is away has failed, with the reason", () =>
    withBeds(async (beds) => {
      const { bed, server } = beds;
      await server.goAway();
      const { id } = await bed.addReady([video("v.mp4", 10)]);
      // 3.6 s.
      await using sender = await startSender(beds, { giveUpAfterHours: 0.001 });
      await eventually("the task is FAILED", () => bed.task(id).state === "FAILED", { deadlineMs: 30_000 });
      assert.equal(bed.task(id).failure_class, "delivery");
      assert.match(bed.task(id).failure_message ?? "", /ftp:\/\/127\.0\.0\.1/);
      assert.match(bed.task(id).failure_advice_ru ?? "", /сервер, куда его отправляют/);
      assert.ok(existsSync(bed.files(id)[0]?.local_path ?? ""));
      assert.equal(await terminate(sender), 0);
    }));

  test("with delivery off the sender is ready, says so, and what waited is done here", () =>
    withBeds(async (beds) => {
      const { bed, tampered } = beds;
      const { id } = await bed.addReady([video("v.mp4", 10)], { userName: "ann" });
      await using sender = await startSender(beds, { enabled: false });
      await isDone(beds, id);
      assert.equal(bed.files(id)[0]?.local_path, join(bed.folder, "downloads", "ann", "v.mp4"));
      const { status, text } = await ready(sender);
      assert.equal(status, 200);
      assert.match(text, /delivery is off/);
      assert.deepEqual(tampered.commands, []);
    }));

  test("two senders deliver equal titles under two names, each once", () =>
    withBeds(async (beds) => {
      const { bed } = beds;
      const sources = Array.from({ length: 8 }, (_, index) => video("same.mp4", 300_000 + index));
      const tasks: TaskRow[] = [];
      for (const source of sources) tasks.push(await bed.addReady([source]));
      await using first = await startSender(beds);
      await using second = await startSender(beds);
      for (const { id } of tasks) await isDone(beds, id);
      const sums = Object.values(await arrived(beds)).toSorted((a, b) => a.localeCompare(b));
      const expected = sources.map(({ bytes }) => sha256(bytes)).toSorted((a, b) => a.localeCompare(b));
      assert.deepEqual(sums, expected);
      assert.deepEqual(await Promise.all([terminate(first), terminate(second)]), [0, 0]);
    }));
});
