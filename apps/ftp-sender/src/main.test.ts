import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { readdir } from "node:fs/promises";
import { describe, test } from "node:test";
import { cancelTask, listProcesses, troubleText, type TaskRow } from "@dwld/queue";
import { type Dwld, eventually } from "@dwld/testbed";
import { arrived, type Beds, isDone, isPart, withBeds } from "./testing/beds.ts";
import { sha256, video } from "@dwld/delivery/testing";
import { startSender, terminate } from "./testing/sender-process.ts";

/** The status and body of /readyz. */
async function ready(sender: Dwld): Promise<{ status: number; text: string }> {
  const response = await fetch(`${sender.health["ftp-sender"]}/readyz`);
  return { status: response.status, text: await response.text() };
}

const trouble = async ({ bed }: Beds) =>
  (await listProcesses(bed.database))
    .filter(({ app }) => app === "ftp-sender")
    .map(troubleText)
    .join("");

// Each of them waits most of its time.
describe("sender process", { concurrency: 4 }, () => {
  test("sender process: a task that becomes ready is delivered at once; the process is ready, and stops on SIGTERM", () =>
    withBeds(async (beds) => {
      await using sender = await startSender(beds);
      await eventually("it is ready", async () => (await ready(sender)).status === 200);
      const source = video("v.mp4");
      const { id } = await beds.bed.addReady([source], { userName: "ann" });
      await isDone(beds, id);
      assert.deepEqual(await arrived(beds), { "ann/v.mp4": sha256(source.bytes) });
      assert.equal(await terminate(sender), 0);
      assert.ok(!(await listProcesses(beds.bed.database)).some(({ app }) => app === "ftp-sender"));
    }));

  test("sender process: an upload within the grace period is finished before the process ends", () =>
    withBeds(
      async (beds) => {
        const { id } = await beds.bed.addReady([video("v.mp4", 2_000_000)]);
        await using sender = await startSender(beds);
        await eventually("the upload has begun", async () => (await readdir(beds.server.root)).some(isPart));
        assert.equal(await terminate(sender), 0);
        assert.equal((await beds.bed.task(id)).state, "DONE");
      },
      { maxBytesPerSecond: 2_000_000 },
    ));

  test("sender process: an upload beyond the grace period is requeued, and the next start delivers it", () =>
    withBeds(
      async (beds) => {
        const { bed, server } = beds;
        const source = video("v.mp4", 3_000_000);
        const { id } = await bed.addReady([source]);
        await using first = await startSender(beds, { graceSeconds: 0.2 });
        await eventually("the upload has begun", async () => (await readdir(server.root)).some(isPart));
        assert.equal(await terminate(first), 0);
        assert.equal((await bed.task(id)).state, "READY_TO_SEND");
        assert.equal((await bed.task(id)).failure_class, null);
        assert.ok(existsSync((await bed.files(id))[0]?.local_path ?? ""));
        await using second = await startSender(beds);
        await isDone(beds, id);
        assert.deepEqual(await arrived(beds), { "v.mp4": sha256(source.bytes) });
        assert.equal(await terminate(second), 0);
      },
      { maxBytesPerSecond: 1_500_000 },
    ));

  test("sender process: a cancel ends the upload, removes it from the server, and releases the task", () =>
    withBeds(
      async (beds) => {
        const { bed, server } = beds;
        const { id } = await bed.addReady([video("v.mp4", 9_000_000)]);
        await using sender = await startSender(beds);
        await eventually("the upload has begun", async () => (await readdir(server.root)).some(isPart));
        await cancelTask(bed.database, id, Date.now());
        await eventually("the lease is given back", async () => (await bed.task(id)).owner === null);
        assert.deepEqual(await arrived(beds), {});
        assert.equal(await terminate(sender), 0);
      },
      { maxBytesPerSecond: 500_000 },
    ));

  test("sender process: a wrong password pauses the queue and is never printed; once corrected, all is delivered", () =>
    withBeds(async (beds) => {
      const { bed, server, tampered } = beds;
      const tasks: TaskRow[] = [];
      for (let task = 0; task < 5; task += 1) tasks.push(await bed.addReady([video(`${task}.mp4`, 10)]));
      await server.changePassword("another one");
      await using sender = await startSender(beds);
      await eventually("the trouble is told", async () =>
        /refuses the login of the user anonymous/.test(await trouble(beds)),
      );
      const { status, text } = await ready(sender);
      assert.equal(status, 503);
      assert.match(text, /refuses the login/);
      await eventually("the task says why it waits", async () => {
        const rows = await Promise.all(tasks.map(async ({ id }) => await bed.task(id)));
        return rows.some(({ state, failure_class }) => state === "READY_TO_SEND" && failure_class === "delivery");
      });
      // The first probe and the first task may have shared a login, or had one each.
      assert.ok(tampered.commands.filter((command) => command.startsWith("PASS")).length <= 2);
      await server.changePassword(server.password);
      for (const { id } of tasks) await isDone(beds, id);
      assert.equal((await bed.task(tasks[0]?.id ?? "")).delivery_attempt_count, 1);
      await eventually("the trouble is over", async () => (await trouble(beds)) === "");
      assert.equal((await ready(sender)).status, 200);
      assert.ok(!sender.output("ftp-sender").includes(server.password), "the password is in the log");
    }));

  test("sender process: a read-only folder pauses the queue; once writable, the task is DONE", () =>
    withBeds(async (beds) => {
      const { bed, server } = beds;
      await server.setWritable(false);
      const { id } = await bed.addReady([video("v.mp4", 10)]);
      await using sender = await startSender(beds);
      await eventually("the trouble is told", async () =>
        /does not let the user anonymous write/.test(await trouble(beds)),
      );
      assert.equal((await ready(sender)).status, 503);
      assert.match((await bed.task(id)).advice_texts ?? "", /ftp\.directory/);
      await server.setWritable(true);
      await isDone(beds, id);
    }));

  test("sender process: a full server is tried by a probe, then by one delivery at a time; with space again, all are DONE", () =>
    withBeds(async (beds) => {
      const { bed, tampered } = beds;
      const tasks: TaskRow[] = [];
      for (let task = 0; task < 5; task += 1) tasks.push(await bed.addReady([video(`${task}.mp4`)]));
      const isProbe = (command: string) => command.endsWith("/.dwld-probe.part");
      tampered.tamper.onReply = ({ command, reply }) =>
        command.startsWith("STOR") && !isProbe(command) && reply.startsWith("226") ? { reply: "452 Full." } : "pass";
      await using sender = await startSender(beds);
      const stores = () => tampered.commands.filter((command) => command.startsWith("STOR"));
      const fromProbe = () => (stores().some(isProbe) ? stores().slice(stores().findIndex(isProbe)).map(isProbe) : []);
      await eventually(
        "one has tried, and a few bytes again",
        () => fromProbe().filter((probe) => probe).length === 2,
        {
          deadlineMs: 60_000,
        },
      );
      assert.match(await trouble(beds), /no space left/);
      assert.deepEqual(fromProbe().slice(0, 3), [true, false, true]);
      tampered.tamper = {};
      for (const { id } of tasks) await isDone(beds, id);
      await eventually("the trouble is over", async () => (await trouble(beds)) === "");
      for (const { id } of tasks) assert.equal((await bed.task(id)).delivery_attempt_count, 1);
      assert.equal(await terminate(sender), 0);
    }));

  test("sender process: a server that is away is waited for, and delivery goes on when it is back", () =>
    withBeds(async (beds) => {
      const { bed, server } = beds;
      await server.goAway();
      const { id } = await bed.addReady([video("v.mp4", 10)]);
      await using sender = await startSender(beds);
      await eventually("it is not ready", async () => (await ready(sender)).status === 503);
      await eventually("the trouble is told", async () => (await trouble(beds)) !== "");
      await server.comeBack();
      await isDone(beds, id);
      assert.equal((await bed.task(id)).delivery_attempt_count, 1);
    }));

  test("sender process: a task that waited too long for a server that is away fails with the reason", () =>
    withBeds(async (beds) => {
      const { bed, server } = beds;
      await server.goAway();
      const { id } = await bed.addReady([video("v.mp4", 10)]);
      // 3.6 s.
      await using sender = await startSender(beds, { ftp: { giveUpAfterHours: 0.001 } });
      await eventually("the task is FAILED", async () => (await bed.task(id)).state === "FAILED", {
        deadlineMs: 30_000,
      });
      assert.equal((await bed.task(id)).failure_class, "delivery");
      assert.match((await bed.task(id)).failure_message ?? "", /ftp:\/\/127\.0\.0\.1/);
      assert.match((await bed.task(id)).advice_texts ?? "", /сервер, на который его отправляют/);
      assert.ok(existsSync((await bed.files(id))[0]?.local_path ?? ""));
      assert.equal(await terminate(sender), 0);
    }));

  test("sender process: with delivery off it is ready, says so, and claims nothing", () =>
    withBeds(async (beds) => {
      const { bed, tampered } = beds;
      const { id } = await bed.addReady([video("v.mp4", 10)], { userName: "ann" });
      await using sender = await startSender(beds, { ftp: { enabled: false } });
      const { status, text } = await ready(sender);
      assert.equal(status, 200);
      assert.match(text, /delivery is off/);
      assert.equal(await terminate(sender), 0);
      assert.equal((await bed.task(id)).state, "READY_TO_SEND");
      assert.deepEqual(tampered.commands, []);
    }));

  test("sender process: two senders, one of them killed, deliver equal titles so that each task's name leads to its bytes", () =>
    withBeds(async (beds) => {
      const { bed, server } = beds;
      const contents = Array.from({ length: 4 }, (_, index) => video("same.mp4", 300_000 + (index % 2)));
      const tasks: { id: string; sum: string }[] = [];
      for (const source of [...contents, ...contents, ...contents])
        tasks.push({ id: (await bed.addReady([source])).id, sum: sha256(source.bytes) });
      await using first = await startSender(beds);
      await using second = await startSender(beds);
      await eventually("one is done", async () => {
        const rows = await Promise.all(tasks.map(async ({ id }) => await bed.task(id)));
        return rows.some(({ state }) => state === "DONE");
      });
      await first.kill("ftp-sender");
      await first.restart("ftp-sender");
      for (const { id } of tasks) await isDone(beds, id);
      await eventually("no part is left", async () => !(await readdir(server.root)).some(isPart));
      const found = await arrived(beds);
      for (const { id, sum } of tasks) {
        const [file] = await bed.files(id);
        assert.equal(found[file?.remote_path?.slice(server.directory.length + 1) ?? ""], sum, JSON.stringify(file));
        assert.equal(file?.local_path, null);
      }
      const names = new Set(await Promise.all(tasks.map(async ({ id }) => (await bed.files(id))[0]?.remote_path)));
      assert.equal(Object.keys(found).length, names.size, "nothing else is there");
      assert.deepEqual(await Promise.all([terminate(first), terminate(second)]), [0, 0]);
    }));

  test("sender process: one that was frozen until another had delivered its task harms nothing when it wakes up", () =>
    withBeds(
      async (beds) => {
        const { bed, server } = beds;
        const source = video("v.mp4", 6_000_000);
        const { id } = await bed.addReady([source]);
        await using first = await startSender(beds);
        await eventually("the upload has begun", async () => (await readdir(server.root)).some(isPart));
        first.signal("ftp-sender", "SIGSTOP");
        // vsftpd locks the part for the frozen sender: the file is begun anew after it was seen to stall.
        await using second = await startSender(beds, { ftp: { idleTimeoutSeconds: 5 } });
        await isDone(beds, id);
        first.signal("ftp-sender", "SIGCONT");
        // It has recovered when it has delivered the next file.
        second.signal("ftp-sender", "SIGSTOP");
        const next = video("next.mp4", 1000);
        const { id: nextId } = await bed.addReady([next]);
        await isDone(beds, nextId);
        second.signal("ftp-sender", "SIGCONT");
        assert.deepEqual(await arrived(beds), { "v.mp4": sha256(source.bytes), "next.mp4": sha256(next.bytes) });
        assert.equal((await bed.files(id))[0]?.local_path, null);
        assert.deepEqual(await Promise.all([terminate(first), terminate(second)]), [0, 0]);
      },
      { maxBytesPerSecond: 2_000_000 },
    ));

  test("sender process: the part of a killed sender, of a task that is canceled then, is removed by the next start", () =>
    withBeds(
      async (beds) => {
        const { bed, server } = beds;
        const { id } = await bed.addReady([video("v.mp4", 9_000_000)]);
        await using sender = await startSender(beds);
        await eventually("the upload has begun", async () => (await readdir(server.root)).some(isPart));
        await sender.kill("ftp-sender");
        await cancelTask(bed.database, id, Date.now());
        await sender.restart("ftp-sender");
        await eventually("no part is left", async () => (await readdir(server.root)).length === 0);
        assert.equal((await bed.task(id)).owner, null);
        assert.equal(await terminate(sender), 0);
      },
      { maxBytesPerSecond: 500_000 },
    ));
});
