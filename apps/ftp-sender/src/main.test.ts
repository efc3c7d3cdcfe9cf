import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { describe, test } from "node:test";
import { cancelTask, listProcesses } from "@dwld/queue";
import { freezeBetweenWrites } from "@dwld/queue/testing";
import { type Dwld, eventually } from "@dwld/testbed";
import { arrived, isDone, isPart, withBeds } from "./testing/beds.ts";
import { sha256, video } from "@dwld/delivery/testing";
import { startSender, terminate } from "./testing/sender-process.ts";

/** The status and body of /readyz. */
async function ready(sender: Dwld): Promise<{ status: number; text: string }> {
  const response = await fetch(`${sender.health["ftp-sender"]}/readyz`);
  return { status: response.status, text: await response.text() };
}

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
        await cancelTask(bed.database, { id, scope: "all" }, Date.now());
        await eventually("the lease is given back", async () => (await bed.task(id)).owner === null);
        assert.deepEqual(await arrived(beds), {});
        assert.equal(await terminate(sender), 0);
      },
      { maxBytesPerSecond: 500_000 },
    ));

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
        const freeze = (sender: Dwld) =>
          freezeBetweenWrites(join(bed.folder, "dwld.sqlite"), (signal) => {
            sender.signal("ftp-sender", signal);
          });
        const source = video("v.mp4", 6_000_000);
        const { id } = await bed.addReady([source]);
        await using first = await startSender(beds);
        await eventually("the upload has begun", async () => (await readdir(server.root)).some(isPart));
        await freeze(first);
        // vsftpd locks the part for the frozen sender: the file is begun anew after it was seen to stall.
        await using second = await startSender(beds, { ftp: { idleTimeoutSeconds: 5 } });
        await isDone(beds, id);
        first.signal("ftp-sender", "SIGCONT");
        // The frozen sender has recovered when it has delivered the next file.
        await freeze(second);
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
        await cancelTask(bed.database, { id, scope: "all" }, Date.now());
        await sender.restart("ftp-sender");
        await eventually("no part is left", async () => (await readdir(server.root)).length === 0);
        assert.equal((await bed.task(id)).owner, null);
        assert.equal(await terminate(sender), 0);
      },
      { maxBytesPerSecond: 500_000 },
    ));
});
