import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, rm, truncate, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { markDelivered, reserveRemotePath, retryTask, settleDelivery } from "@dwld/queue";
import { deliverTask } from "./deliver-task.ts";
import { arrived, type Beds, deliver, isPart, video, withBeds, withEveryServer } from "./testing/beds.ts";
import { sha256 } from "./testing/delivery-bed.ts";
import type { Tamper, Verdict } from "./testing/ftp-tamper.ts";

test("a delivered task is DONE, the server has the same bytes, and the source is gone", () =>
  withEveryServer(async (beds) => {
    const { bed, server } = beds;
    const source = video();
    const { id } = await bed.addReady([source], { userName: "ann", folder: "a/b" });
    const [before] = bed.files(id);
    await deliver(beds);
    const task = bed.task(id);
    assert.equal(task.state, "DONE");
    assert.equal(task.owner, null);
    assert.equal(task.delivery_attempt_count, 1);
    assert.deepEqual(await arrived(beds), { "ann/a/b/A title [id].mp4": sha256(source.bytes) });
    const [file] = bed.files(id);
    assert.equal(file?.remote_path, `${server.directory}/ann/a/b/A title [id].mp4`);
    assert.match(file.verified_by ?? "", /^size( and SHA-256)?$/);
    assert.equal(file.local_path, null);
    assert.ok(before?.local_path !== null && !existsSync(before?.local_path ?? ""));
  }));

test("all files of a task arrive, the largest last, and an empty one too", () =>
  withEveryServer(async (beds) => {
    const { bed, tampered } = beds;
    const files = [video("v.mp4", 50_000), video("v.srt", 900), video("v.jpg", 0), video("v.json", 1000)];
    const { id } = await bed.addReady(files);
    await deliver(beds);
    assert.equal(bed.task(id).state, "DONE");
    assert.deepEqual(await arrived(beds), Object.fromEntries(files.map(({ name, bytes }) => [name, sha256(bytes)])));
    const renamed = tampered.commands
      .filter((command) => command.startsWith("RNTO"))
      .map((command) => command.slice(-5));
    assert.deepEqual(renamed, ["v.jpg", "v.srt", ".json", "v.mp4"]);
  }));

test("odd names arrive: emoji, 300 bytes, leading dots and dashes, spaces", () =>
  withEveryServer(async (beds) => {
    const { bed } = beds;
    for (const name of ["🎬 кино.mp4", `${"日".repeat(80)}.mp4`, "-rf .mp4", ".hidden.mp4", " a  b .mp4"])
      await bed.addReady([video(name, 10)]);
    for (let task = 0; task < 5; task += 1) await deliver(beds);
    const names = Object.keys(await arrived(beds)).toSorted((a, b) => a.localeCompare(b));
    const expected = ["🎬 кино.mp4", `${"日".repeat(65)}.mp4`, "rf.mp4", "hidden.mp4", "a  b.mp4"];
    assert.deepEqual(
      names,
      expected.toSorted((a, b) => a.localeCompare(b)),
    );
  }));

test("two tasks with the same title arrive under two names, also at the same time", () =>
  withEveryServer(async (beds) => {
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

test("a file of somebody else's under the same name is not touched, nor one that comes during the transfer", () =>
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
    assert.equal(bed.files(id)[0]?.remote_path, `${server.directory}/v (3).mp4`);
  }));

test("a run that ended between the rename and its record is finished without another transfer", () =>
  withEveryServer(async (beds) => {
    const { bed, server, tampered } = beds;
    const source = video("v.mp4");
    const { id } = await bed.addReady([source]);
    const lease = await bed.claim();
    const [file] = bed.files(id);
    assert.ok(file !== undefined);
    const name = { destination: `ftp://127.0.0.1:${tampered.port}`, path: `${server.directory}/v.mp4` };
    await reserveRemotePath(bed.database, lease, file, name, `${server.directory}/a.part`);
    await writeFile(join(server.root, "v.mp4"), source.bytes);
    await deliverTask(beds.sender.context, { lease, signal: new AbortController().signal });
    assert.equal(bed.task(id).state, "DONE");
    assert.deepEqual(Object.keys(await arrived(beds)), ["v.mp4"]);
    assert.ok(!tampered.commands.some((command) => command.startsWith("STOR")));
    assert.equal(bed.files(id)[0]?.local_path, null);
  }));

for (const { after, change } of [
  { after: "the record of the delivery", change: async () => {} },
  { after: "the source was deleted", change: (path: string) => rm(path) },
])
  test(`a run that ended after ${after} is finished without asking the server for more`, () =>
    withEveryServer(async (beds) => {
      const { bed, tampered } = beds;
      const { id } = await bed.addReady([video("v.mp4")]);
      const lease = await bed.claim();
      const [file] = bed.files(id);
      assert.ok(file?.local_path !== undefined && file.local_path !== null);
      const part = { destination: "ftp://127.0.0.1", path: "a.part" };
      await markDelivered(bed.database, lease, file, { verifiedBy: "size", part }, Date.now());
      await change(file.local_path);
      await settleDelivery(bed.database, lease, { outcome: "interrupted" }, Date.now());
      await deliver(beds);
      assert.equal(bed.task(id).state, "DONE");
      assert.ok(!existsSync(file.local_path));
      assert.equal(bed.files(id)[0]?.local_path, null);
      assert.ok(!tampered.commands.some((command) => /^(STOR|SIZE|RNTO|DELE)/.test(command)));
    }));

test("a reserved name under which the server has other bytes is left to them", () =>
  withEveryServer(async (beds) => {
    const { bed, server, tampered } = beds;
    const source = video("v.mp4");
    const { id } = await bed.addReady([source]);
    const lease = await bed.claim();
    const [file] = bed.files(id);
    assert.ok(file !== undefined);
    const name = { destination: `ftp://127.0.0.1:${tampered.port}`, path: `${server.directory}/v.mp4` };
    await reserveRemotePath(bed.database, lease, file, name, `${server.directory}/a.part`);
    await writeFile(join(server.root, "v.mp4"), "somebody else's");
    await deliverTask(beds.sender.context, { lease, signal: new AbortController().signal });
    assert.deepEqual(await arrived(beds), { "v.mp4": sha256("somebody else's"), "v (2).mp4": sha256(source.bytes) });
  }));

test("a task that was delivered in part sends only what is missing", () =>
  withEveryServer(async (beds) => {
    const { bed, tampered } = beds;
    const files = [video("v.mp4", 50_000), video("v.srt", 900)];
    const { id } = await bed.addReady(files);
    tampered.tamper.onReply = ({ command, reply }) =>
      command.startsWith("STOR") && /-1\.\w+\.part$/.test(command) && reply.startsWith("226") ? "cut" : "pass";
    await deliver(beds);
    assert.equal(bed.task(id).state, "READY_TO_SEND");
    tampered.tamper = {};
    tampered.commands.length = 0;
    await deliver(beds, id);
    assert.equal(bed.task(id).state, "DONE");
    assert.deepEqual(await arrived(beds), Object.fromEntries(files.map(({ name, bytes }) => [name, sha256(bytes)])));
    assert.equal(tampered.commands.filter((command) => command.startsWith("STOR")).length, 1);
  }));

const failures: { what: string; tamper: (beds: Beds) => Tamper; message: RegExp; ofServer?: true }[] = [
  {
    what: "a server that loses bytes and says 226",
    tamper: ({ server }) => ({
      onReply: async ({ command, reply }): Promise<Verdict> => {
        if (command.startsWith("STOR") && reply.startsWith("226"))
          await truncate(join(server.root, command.split("/").at(-1) ?? ""), 10);
        return "pass";
      },
    }),
    message: /has 10 bytes of .*\.part where 100000 were sent/,
  },
  {
    what: "a full disk",
    tamper: () => ({
      onReply: ({ command, reply }) =>
        command.startsWith("STOR") && reply.startsWith("226") ? { reply: "452 Insufficient storage space." } : "pass",
    }),
    message: /no space left for .*\.part \(452 Insufficient storage space\.\)/,
    ofServer: true,
  },
  {
    what: "a connection that is cut in the middle of the transfer",
    tamper: () => ({
      onReply: ({ command, reply }) => (command.startsWith("STOR") && reply.startsWith("150") ? "cut" : "pass"),
    }),
    message: /The connection to .* broke/,
  },
  {
    what: "a server that does not tell sizes",
    tamper: () => ({
      onCommand: (command) => (/^(SIZE|MLST|MLSD|LIST)/.test(command) ? "502 Command not implemented." : undefined),
    }),
    message: /would not tell the size of/,
  },
];

for (const { what, tamper, message, ofServer = false } of failures)
  test(`${what}: the task waits with the reason, nothing is lost, and it is DONE when that is over`, () =>
    withEveryServer(async (beds) => {
      const { bed, tampered } = beds;
      const source = video("v.mp4");
      const { id } = await bed.addReady([source]);
      tampered.tamper = tamper(beds);
      await deliver(beds);
      const failed = bed.task(id);
      assert.equal(failed.state, "READY_TO_SEND");
      assert.equal(failed.failure_class, "delivery");
      assert.match(failed.failure_message ?? "", message);
      assert.match(failed.failure_advice_ru ?? "", /сервер, куда его отправляют/);
      assert.ok((failed.not_before ?? 0) > Date.now());
      assert.ok(existsSync(bed.files(id)[0]?.local_path ?? ""));
      assert.ok(Object.keys(await arrived(beds)).every(isPart));
      tampered.tamper = {};
      await deliver(beds, id);
      assert.equal(bed.task(id).state, "DONE");
      // What any other task would have met is no attempt of this one.
      assert.equal(bed.task(id).delivery_attempt_count, ofServer ? 1 : 2);
      assert.deepEqual(await arrived(beds), { "v.mp4": sha256(source.bytes) });
    }));

test("a name that the server refuses becomes the task's id", () =>
  withBeds(async (beds) => {
    const { bed, tampered } = beds;
    for (const [index, reply] of ["553 Not allowed.", "501 Bad name.", "550 Rename failed."].entries()) {
      const { id } = await bed.addReady([video(`кино${index}.mp4`, 10)]);
      // vsftpd, since ProFTPD waits for the RNTO that never came.
      tampered.tamper.onCommand = (command) =>
        command.includes("RNTO") && command.includes("кино") ? reply : undefined;
      await deliver(beds);
      assert.equal(bed.task(id).state, "DONE");
      assert.ok(`${id}.mp4` in (await arrived(beds)), reply);
    }
    assert.equal(Object.keys(await arrived(beds)).length, 3);
  }));

test("a folder under the file's name does not stop it", () =>
  withEveryServer(async (beds) => {
    const { bed, server } = beds;
    await mkdir(join(server.root, "v.mp4"));
    const { id } = await bed.addReady([video("v.mp4", 10)]);
    await deliver(beds);
    assert.deepEqual(Object.keys(await arrived(beds)), [`${id}.mp4`]);
  }));

test("a source that is gone is a failure that says so, and a retry downloads it again", () =>
  withEveryServer(async (beds) => {
    const { bed } = beds;
    const { id } = await bed.addReady([video("v.mp4")]);
    await rm(bed.files(id)[0]?.local_path ?? "");
    await deliver(beds);
    const task = bed.task(id);
    assert.equal(task.state, "FAILED");
    assert.match(task.failure_message ?? "", /v\.mp4 is gone from this machine/);
    assert.match(task.failure_advice_ru ?? "", /на нашем диске/);
    assert.deepEqual(await arrived(beds), {});
    await retryTask(bed.database, id, Date.now());
    assert.equal(bed.task(id).state, "QUEUED");
  }));

for (const { how, damage } of [
  { how: "other bytes", damage: (path: string) => writeFile(path, randomBytes(100_000)) },
  { how: "fewer bytes", damage: (path: string) => truncate(path, 99_999) },
])
  test(`a source that was damaged on this disk (${how}) is a failure, and nothing is delivered or deleted`, () =>
    withEveryServer(async (beds) => {
      const { bed } = beds;
      const { id } = await bed.addReady([video("v.mp4")]);
      const path = bed.files(id)[0]?.local_path ?? "";
      await damage(path);
      await deliver(beds);
      const task = bed.task(id);
      assert.equal(task.state, "FAILED");
      assert.match(task.failure_message ?? "", /is not what was downloaded/);
      assert.ok(existsSync(path));
      assert.deepEqual(await arrived(beds), {});
    }));

test("a delivery that failed for too long fails for good, and can be sent again by hand", () =>
  withEveryServer(async (beds) => {
    const { bed, sender, tampered } = beds;
    const { id } = await bed.addReady([video("v.mp4")]);
    tampered.tamper.onReply = ({ command, reply }) =>
      command.startsWith("STOR") && reply.startsWith("226") ? { reply: "451 No." } : "pass";
    const context = { ...sender.context, giveUpAfterMs: -1 };
    await deliverTask(context, { lease: await bed.claim(), signal: new AbortController().signal });
    assert.equal(bed.task(id).state, "FAILED");
    tampered.tamper = {};
    await retryTask(bed.database, id, Date.now());
    assert.equal(bed.task(id).state, "READY_TO_SEND");
    await deliver(beds);
    assert.equal(bed.task(id).state, "DONE", bed.task(id).failure_message ?? "");
  }));
