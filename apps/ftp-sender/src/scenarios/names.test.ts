import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { mkdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { deleteTask, parseTexts } from "@dwld/queue";
import { reserveName, settleDelivery } from "@dwld/queue/testing";
import { arrived, deliver, isPart, withBeds, withScriptedServer } from "../testing/beds.ts";
import { sha256, video } from "@dwld/delivery/testing";

const stored = (commands: readonly string[]) => commands.filter((command) => /^(STOR|APPE)/.test(command));

for (const { how, with: withOne, by } of [
  { how: "read back", with: withBeds, by: "size and read back" },
  {
    how: "by the server's hash",
    with: (run: Parameters<typeof withScriptedServer>[1]) => withScriptedServer({}, run),
    by: "size and SHA-256",
  },
  {
    how: "by a hash that is not SHA-256",
    with: (run: Parameters<typeof withScriptedServer>[1]) =>
      withScriptedServer({ features: ["SIZE", "HASH MD5"] }, run),
    by: "size and MD5",
  },
])
  test(`conflict: the same bytes under the name count as delivered, and nothing large is sent (${how})`, () =>
    withOne(
      async (
        beds: Pick<Parameters<Parameters<typeof withBeds>[0]>[0], "bed" | "sender" | "tampered"> & {
          server: { root: string };
        },
      ) => {
        const { bed, server, tampered } = beds;
        // The server is not asked for the name of a small file before it is sent.
        for (const { name, sizeBytes, sent } of [
          { name: "large.mp4", sizeBytes: 5_000_000, sent: 0 },
          { name: "small.mp4", sizeBytes: 100_000, sent: 1 },
        ]) {
          const file = video(name, sizeBytes);
          await writeFile(join(server.root, name), file.bytes);
          const { id } = await bed.addReady([file]);
          tampered.commands.length = 0;
          await deliver(beds);
          assert.equal((await bed.task(id)).state, "DONE", (await bed.task(id)).failure_message ?? "");
          assert.equal((await bed.task(id)).remark_texts, null);
          assert.deepEqual(await arrived(beds), { [name]: sha256(file.bytes) });
          assert.equal(stored(tampered.commands).length, sent, name);
          const [row] = await bed.files(id);
          assert.deepEqual([row?.verified_by, row?.local_path], [`${by}, it was there already`, null]);
          await rm(join(server.root, name));
        }
      },
    ));

test("conflict: another file of the same size keeps its name", () =>
  withBeds(async (beds) => {
    const [file, other] = [video("v.mp4"), video("v.mp4")];
    await writeFile(join(beds.server.root, "v.mp4"), other.bytes);
    await beds.bed.addReady([file]);
    await deliver(beds);
    assert.deepEqual(await arrived(beds), { "v.mp4": sha256(other.bytes), "v (2).mp4": sha256(file.bytes) });
  }));

test("conflict: the copy of a task that may still be canceled is not adopted by another", () =>
  withBeds(async (beds) => {
    const { bed, server, sender } = beds;
    const file = video("v.mp4");
    // The sender of the first task renamed, and died before it recorded that.
    const first = await bed.addReady([file]);
    const lease = await bed.claim();
    const [row] = await bed.files(first.id);
    assert.ok(row !== undefined);
    const name = { destination: sender.options.destination.name, path: `${server.directory}/v.mp4` };
    await reserveName(bed.database, lease, row, { name, part: `${server.directory}/x.part` });
    await writeFile(join(server.root, "v.mp4"), file.bytes);
    const second = await bed.addReady([file]);
    await deliver(beds);
    assert.equal((await bed.task(second.id)).state, "DONE");
    assert.equal((await bed.files(second.id))[0]?.remote_path, `${server.directory}/v (2).mp4`);
    await settleDelivery(bed.database, lease, { outcome: "interrupted" }, Date.now());
    await deliver(beds);
    assert.equal((await bed.files(first.id))[0]?.remote_path, `${server.directory}/v.mp4`);
    // The first copy is delivered now, and may be adopted.
    const third = await bed.addReady([file]);
    await deliver(beds);
    assert.equal((await bed.files(third.id))[0]?.remote_path, `${server.directory}/v.mp4`);
    await deleteTask(bed.database, { id: first.id, scope: "all" }, true, Date.now());
    assert.deepEqual(Object.keys(await arrived(beds)).toSorted(), ["v (2).mp4", "v.mp4"]);
  }));

test("conflict: the name of a delivered file that was moved away is free", () =>
  withBeds(async (beds) => {
    const { bed, server } = beds;
    for (const bytes of [10, 20]) {
      const { id } = await bed.addReady([video("v.mp4", bytes)]);
      await deliver(beds);
      assert.equal((await bed.files(id))[0]?.remote_path, `${server.directory}/v.mp4`);
      await rm(join(server.root, "v.mp4"));
    }
  }));

test("conflict: the files of a task get the same number, so that a player finds the subtitles", () =>
  withBeds(async (beds) => {
    const { bed, server, tampered } = beds;
    await writeFile(join(server.root, "v [x].mp4"), "another video");
    await writeFile(join(server.root, "v [x] (2).jpg"), "another picture");
    const files = [video("v [x].mp4", 3000), video("v [x].en.vtt", 10), video("v [x].jpg", 20)];
    const { id } = await bed.addReady(files);
    // The video fails, and is sent after the others.
    tampered.tamper.onReply = ({ command, reply }) =>
      command.startsWith("STOR") && command.includes("-1.") && reply.startsWith("226") ? "cut" : "pass";
    await deliver(beds);
    assert.equal((await bed.task(id)).state, "READY_TO_SEND");
    tampered.tamper = {};
    await deliver(beds, id);
    assert.equal((await bed.task(id)).state, "DONE");
    const names = (await bed.files(id)).map(({ remote_path }) => remote_path?.slice(server.directory.length + 1));
    assert.deepEqual(names, ["v [x] (3).mp4", "v [x] (3).en.vtt", "v [x] (3).jpg"]);
  }));

test("conflict overwrite: the new copy replaces the old one after it was verified, and not before", () =>
  withBeds(
    async (beds) => {
      const { bed, server, tampered } = beds;
      const [old, file] = [video("v.mp4"), video("v.mp4")];
      const first = await bed.addReady([old]);
      await deliver(beds);
      const second = await bed.addReady([file]);
      tampered.tamper.onReply = ({ command, reply }) =>
        command.startsWith("STOR") && reply.startsWith("226") ? { reply: "451 No." } : "pass";
      await deliver(beds);
      const during = Object.entries(await arrived(beds)).filter(([name]) => !isPart(name));
      assert.deepEqual(during, [["v.mp4", sha256(old.bytes)]]);
      tampered.tamper = {};
      await deliver(beds, second.id);
      assert.deepEqual(await arrived(beds), { "v.mp4": sha256(file.bytes) });
      for (const { id } of [first, second]) {
        assert.equal((await bed.task(id)).state, "DONE");
        assert.equal((await bed.files(id))[0]?.remote_path, `${server.directory}/v.mp4`);
      }
    },
    { rules: { conflict: "overwrite" } },
  ));

test("conflict overwrite: on a server that does not rename onto another file, that one is removed first", () =>
  withScriptedServer(
    {},
    async (beds) => {
      const { bed, server } = beds;
      const file = video("v.mp4");
      await writeFile(join(server.root, "v.mp4"), "old");
      let removed = false;
      server.script = {
        onCommand: (command) => {
          removed ||= command === "DELE /videos/v.mp4";
          return command === "RNTO /videos/v.mp4" && !removed ? "553 It exists." : undefined;
        },
      };
      const { id } = await bed.addReady([file]);
      await deliver(beds);
      assert.equal((await bed.task(id)).state, "DONE", (await bed.task(id)).failure_message ?? "");
      assert.deepEqual(await arrived(beds), { "v.mp4": sha256(file.bytes) });
    },
    { conflict: "overwrite" },
  ));

test("conflict overwrite: a confirmed rename onto a file of the same size that was not done is a failure", () =>
  withScriptedServer(
    {},
    async (beds) => {
      const { bed, server } = beds;
      const [old, file] = [video("v.mp4"), video("v.mp4")];
      await writeFile(join(server.root, "v.mp4"), old.bytes);
      server.script = { onCommand: (command) => (command.startsWith("RNTO") ? "250 Done." : undefined) };
      const { id } = await bed.addReady([file]);
      await deliver(beds);
      assert.equal((await bed.task(id)).state, "READY_TO_SEND");
      assert.match((await bed.task(id)).failure_message ?? "", /said that it renamed .* and did not/);
      server.script = {};
      await deliver(beds, id);
      assert.deepEqual(await arrived(beds), { "v.mp4": sha256(file.bytes) });
    },
    { conflict: "overwrite" },
  ));

test("conflict skip: the other file stays, the task says so and is done, and the source is deleted", () =>
  withBeds(
    async (beds) => {
      const { bed, server, tampered } = beds;
      await writeFile(join(server.root, "v.mp4"), "theirs");
      const { id } = await bed.addReady([video("v.mp4"), video("v.en.vtt", 10)]);
      const [local] = await bed.files(id);
      await deliver(beds);
      const task = await bed.task(id);
      assert.equal(task.state, "DONE");
      assert.equal(parseTexts(task.remark_texts)?.en, "v.mp4 was there already and was left as it was.");
      const found = await arrived(beds);
      assert.equal(found["v.mp4"], sha256("theirs"));
      assert.ok("v.en.vtt" in found, "what was not there is delivered");
      assert.equal(stored(tampered.commands).length, 1);
      const [skipped] = await bed.files(id);
      assert.deepEqual([skipped?.verified_by, skipped?.local_path], ["left as it was", null]);
      assert.ok(!existsSync(local?.local_path ?? ""));
    },
    { rules: { conflict: "skip" } },
  ));

for (const conflict of ["overwrite", "skip"] as const)
  test(`conflict ${conflict}: a name that another task is about to take is waited for`, () =>
    withBeds(
      async (beds) => {
        const { bed, server, sender } = beds;
        const first = await bed.addReady([video("v.mp4", 10)]);
        const lease = await bed.claim();
        const [row] = await bed.files(first.id);
        assert.ok(row !== undefined);
        const name = { destination: sender.options.destination.name, path: `${server.directory}/v.mp4` };
        await reserveName(bed.database, lease, row, { name, part: `${server.directory}/x.part` });
        const second = await bed.addReady([video("v.mp4", 20)]);
        await deliver(beds);
        const waiting = await bed.task(second.id);
        assert.equal(waiting.state, "READY_TO_SEND");
        assert.match(waiting.failure_message ?? "", /Every name that v\.mp4 could have .* another task is about to/);
        await sender.deliver(lease);
        await deliver(beds, second.id);
        assert.equal((await bed.task(second.id)).state, "DONE");
        assert.deepEqual(Object.keys(await arrived(beds)), ["v.mp4"]);
      },
      { rules: { conflict } },
    ));

test("paths: files go where the template says", () =>
  withBeds(
    async (beds) => {
      const { bed } = beds;
      const files = [video("Talk [x].mp4", 30), video("Talk [x].en.vtt", 10)];
      const { id } = await bed.addReady(files, { userName: "ann" });
      await deliver(beds);
      assert.equal((await bed.task(id)).state, "DONE");
      assert.deepEqual(Object.keys(await arrived(beds)).toSorted(), [
        "ann/site.example/x/Talk.en.vtt",
        "ann/site.example/x/Talk.mp4",
      ]);
    },
    { rules: { path: "{user_name}/{site}/{folder}/{id}/{title}.{ext}" } },
  ));

test("paths: if a folder's name is refused, the task's id is the folder; if nothing may be written, the task waits", () =>
  withBeds(
    async (beds) => {
      const { bed, server, tampered } = beds;
      tampered.tamper.onCommand = (command) => (/^(MKD|CWD) .*Talk/.test(command) ? "553 What a name." : undefined);
      const { id } = await bed.addReady([video("Talk [x].mp4", 30), video("Talk [x].en.vtt", 10)]);
      await deliver(beds);
      assert.equal((await bed.task(id)).state, "DONE", (await bed.task(id)).failure_message ?? "");
      assert.deepEqual(Object.keys(await arrived(beds)).toSorted(), [`${id}/Talk [x].en.vtt`, `${id}/Talk [x].mp4`]);
      tampered.tamper = {};
      await server.setWritable(false);
      const closed = await bed.addReady([video("Walk [y].mp4", 30)]);
      await deliver(beds);
      assert.match(
        (await bed.task(closed.id)).failure_message ?? "",
        /does not let the user .* make or enter the folder .*\/Walk/,
      );
      await server.setWritable(true);
      await deliver(beds, closed.id);
      assert.equal((await bed.files(closed.id))[0]?.remote_path, `${server.directory}/Walk/Walk [y].mp4`);
    },
    { rules: { path: "{title}/{name}" } },
  ));

test("paths: a file in the place of a folder is not touched", () =>
  withBeds(async (beds) => {
    const { bed, server } = beds;
    await mkdir(join(server.root, "ann"));
    await writeFile(join(server.root, "ann", "b"), "a file");
    const { id } = await bed.addReady([video("v.mp4", 30)], { userName: "ann", folder: "b" });
    await deliver(beds);
    assert.equal((await bed.task(id)).state, "DONE", (await bed.task(id)).failure_message ?? "");
    assert.deepEqual(Object.keys(await arrived(beds)).toSorted(), [`${id}/v.mp4`, "ann/b"]);
  }));
