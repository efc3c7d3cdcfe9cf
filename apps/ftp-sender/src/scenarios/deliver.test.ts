import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { mkdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { recordDelivered, reserveName, settleDelivery } from "@dwld/queue/testing";
import { arrived, deliver, withAnyServer, withBeds, withEveryServer } from "../testing/beds.ts";
import { sha256, video } from "@dwld/delivery/testing";
import type { Verdict } from "../testing/ftp-tamper.ts";

test("delivery: the task is DONE, the server has the same bytes, and the source is deleted", () =>
  withEveryServer(async (beds) => {
    const { bed, server } = beds;
    const source = video();
    const { id } = await bed.addReady([source], { userName: "ann", folder: "a/b" });
    const [before] = await bed.files(id);
    await deliver(beds);
    const task = await bed.task(id);
    assert.equal(task.state, "DONE");
    assert.equal(task.owner, null);
    assert.equal(task.delivery_attempt_count, 1);
    assert.deepEqual(await arrived(beds), { "ann/a/b/A title [id].mp4": sha256(source.bytes) });
    const [file] = await bed.files(id);
    assert.equal(file?.remote_path, `${server.directory}/ann/a/b/A title [id].mp4`);
    assert.match(file.verified_by ?? "", /^size( and SHA-256)?$/);
    assert.equal(file.local_path, null);
    assert.ok(before?.local_path !== null && !existsSync(before?.local_path ?? ""));
  }));

test("delivery: all files of a task arrive, an empty one too, and the largest last", () =>
  withAnyServer(async (beds) => {
    const { bed, tampered } = beds;
    const files = [video("v.mp4", 50_000), video("v.srt", 900), video("v.jpg", 0), video("v.json", 1000)];
    const { id } = await bed.addReady(files);
    await deliver(beds);
    assert.equal((await bed.task(id)).state, "DONE");
    assert.deepEqual(await arrived(beds), Object.fromEntries(files.map(({ name, bytes }) => [name, sha256(bytes)])));
    const renamed = tampered.commands
      .filter((command) => command.startsWith("RNTO"))
      .map((command) => command.slice(-5));
    assert.deepEqual(renamed, ["v.jpg", "v.srt", ".json", "v.mp4"]);
  }));

test("delivery: odd names arrive (emoji, 300 bytes, leading dots and dashes, spaces)", () =>
  withEveryServer(async (beds) => {
    const { bed } = beds;
    for (const name of ["🎬 кино.mp4", `${"日".repeat(80)}.mp4`, "-rf .mp4", ".hidden.mp4", " a  b .mp4"])
      await bed.addReady([video(name, 10)]);
    for (let task = 0; task < 5; task += 1) await deliver(beds);
    const names = Object.keys(await arrived(beds)).toSorted((a, b) => a.localeCompare(b));
    const expected = ["🎬 кино.mp4", `${"日".repeat(65)}.mp4`, "rf.mp4", "hidden.mp4", "a b.mp4"];
    assert.deepEqual(
      names,
      expected.toSorted((a, b) => a.localeCompare(b)),
    );
  }));

test("delivery: two tasks with one title arrive under two names, also at the same time", () =>
  withAnyServer(async (beds) => {
    const { bed } = beds;
    const sources = [video("same.mp4", 3_000_000), video("same.mp4", 3_000_001)];
    for (const source of sources) await bed.addReady([source]);
    await Promise.all([deliver(beds), deliver(beds)]);
    const found = await arrived(beds);
    assert.deepEqual(
      Object.keys(found).toSorted((a, b) => a.localeCompare(b)),
      ["same (2).mp4", "same.mp4"],
    );
    for (const { bytes } of sources) assert.ok(Object.values(found).includes(sha256(bytes)));
  }));

test("delivery: another file of the same name is not touched, nor one that appears during the transfer", () =>
  withEveryServer(async (beds) => {
    const { bed, server, tampered } = beds;
    await writeFile(join(server.root, "v.mp4"), "not ours");
    tampered.tamper.onReply = async ({ command, reply }): Promise<Verdict> => {
      if (command.startsWith("STOR") && reply.startsWith("226"))
        await writeFile(join(server.root, "v (2).mp4"), "nor this");
      return "pass";
    };
    const source = video("v.mp4");
    const { id } = await bed.addReady([source]);
    await deliver(beds);
    const found = await arrived(beds);
    assert.deepEqual(found, {
      "v.mp4": sha256("not ours"),
      "v (2).mp4": sha256("nor this"),
      "v (3).mp4": sha256(source.bytes),
    });
    assert.equal((await bed.files(id))[0]?.remote_path, `${server.directory}/v (3).mp4`);
  }));

test("delivery: a run that ended between the rename and its record is finished without another transfer", () =>
  withEveryServer(async (beds) => {
    const { bed, server, tampered } = beds;
    const source = video("v.mp4");
    const { id } = await bed.addReady([source]);
    const lease = await bed.claim();
    const [file] = await bed.files(id);
    assert.ok(file !== undefined);
    const name = { destination: `ftp://127.0.0.1:${tampered.port}`, path: `${server.directory}/v.mp4` };
    await reserveName(bed.database, lease, file, { name, part: `${server.directory}/a.part` });
    await writeFile(join(server.root, "v.mp4"), source.bytes);
    await beds.sender.deliver(lease);
    assert.equal((await bed.task(id)).state, "DONE");
    assert.deepEqual(Object.keys(await arrived(beds)), ["v.mp4"]);
    assert.ok(!tampered.commands.some((command) => command.startsWith("STOR")));
    assert.equal((await bed.files(id))[0]?.local_path, null);
  }));

for (const { after, change } of [
  { after: "the record of the delivery", change: async () => {} },
  { after: "the source was deleted", change: (path: string) => rm(path) },
])
  test(`delivery: a run that ended after ${after} is finished without another command`, () =>
    withAnyServer(async (beds) => {
      const { bed, tampered } = beds;
      const { id } = await bed.addReady([video("v.mp4")]);
      const lease = await bed.claim();
      const [file] = await bed.files(id);
      assert.ok(file?.local_path !== undefined && file.local_path !== null);
      await recordDelivered(bed.database, lease, { file }, Date.now());
      await change(file.local_path);
      await settleDelivery(bed.database, lease, { outcome: "interrupted" }, Date.now());
      await deliver(beds);
      assert.equal((await bed.task(id)).state, "DONE");
      assert.ok(!existsSync(file.local_path));
      assert.equal((await bed.files(id))[0]?.local_path, null);
      assert.ok(!tampered.commands.some((command) => /^(STOR|SIZE|RNTO|DELE)/.test(command)));
    }));

test("delivery: a reserved name under which the server has other bytes is left to them", () =>
  withAnyServer(async (beds) => {
    const { bed, server, tampered } = beds;
    const source = video("v.mp4");
    const { id } = await bed.addReady([source]);
    const lease = await bed.claim();
    const [file] = await bed.files(id);
    assert.ok(file !== undefined);
    const name = { destination: `ftp://127.0.0.1:${tampered.port}`, path: `${server.directory}/v.mp4` };
    await reserveName(bed.database, lease, file, { name, part: `${server.directory}/a.part` });
    await writeFile(join(server.root, "v.mp4"), "somebody else's");
    await beds.sender.deliver(lease);
    assert.deepEqual(await arrived(beds), { "v.mp4": sha256("somebody else's"), "v (2).mp4": sha256(source.bytes) });
  }));

test("delivery: a task that was delivered in part sends only the missing file", () =>
  withAnyServer(async (beds) => {
    const { bed, tampered } = beds;
    const files = [video("v.mp4", 50_000), video("v.srt", 900)];
    const { id } = await bed.addReady(files);
    tampered.tamper.onReply = ({ command, reply }) =>
      command.startsWith("STOR") && /-1\.\w+\.part$/.test(command) && reply.startsWith("226") ? "cut" : "pass";
    await deliver(beds);
    assert.equal((await bed.task(id)).state, "READY_TO_SEND");
    tampered.tamper = {};
    tampered.commands.length = 0;
    await deliver(beds, id);
    assert.equal((await bed.task(id)).state, "DONE");
    assert.deepEqual(await arrived(beds), Object.fromEntries(files.map(({ name, bytes }) => [name, sha256(bytes)])));
    assert.equal(tampered.commands.filter((command) => command.startsWith("STOR")).length, 1);
  }));

test("delivery: a name that the server refuses becomes the task's id", () =>
  withBeds(async (beds) => {
    const { bed, tampered } = beds;
    for (const [index, reply] of ["553 Not allowed.", "501 Bad name.", "550 Rename failed."].entries()) {
      const { id } = await bed.addReady([video(`кино${index}.mp4`, 10)]);
      // vsftpd, since ProFTPD waits for the RNTO that never came.
      tampered.tamper.onCommand = (command) =>
        command.includes("RNTO") && command.includes("кино") ? reply : undefined;
      await deliver(beds);
      assert.equal((await bed.task(id)).state, "DONE");
      assert.ok(`${id}.mp4` in (await arrived(beds)), reply);
    }
    assert.equal(Object.keys(await arrived(beds)).length, 3);
  }));

test("delivery: a folder under the file's name does not stop it", () =>
  withAnyServer(async (beds) => {
    const { bed, server } = beds;
    await mkdir(join(server.root, "v.mp4"));
    const { id } = await bed.addReady([video("v.mp4", 10)]);
    await deliver(beds);
    assert.deepEqual(Object.keys(await arrived(beds)), [`${id}.mp4`]);
  }));
