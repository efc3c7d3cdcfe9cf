import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { existsSync } from "node:fs";
import { rename, rm, truncate, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { retryTask } from "@dwld/queue";
import { arrived, type Beds, deliver, isPart, withAnyServer, withBeds, withEveryServer } from "../testing/beds.ts";
import { sha256, video } from "@dwld/delivery/testing";
import type { Tamper, Verdict } from "../testing/ftp-tamper.ts";

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
  test(`failed delivery, ${what}: the task waits with the reason, nothing is lost, and it is DONE when that is over`, () =>
    withEveryServer(async (beds) => {
      const { bed, tampered } = beds;
      const source = video("v.mp4");
      const { id } = await bed.addReady([source]);
      tampered.tamper = tamper(beds);
      await deliver(beds);
      const failed = await bed.task(id);
      assert.equal(failed.state, "READY_TO_SEND");
      assert.equal(failed.failure_class, "delivery");
      assert.match(failed.failure_message ?? "", message);
      assert.match(failed.advice_texts ?? "", /сервер, на который его отправляют/);
      assert.ok((failed.not_before ?? 0) > Date.now());
      assert.ok(existsSync((await bed.files(id))[0]?.local_path ?? ""));
      assert.ok(Object.keys(await arrived(beds)).every(isPart));
      tampered.tamper = {};
      await deliver(beds, id);
      assert.equal((await bed.task(id)).state, "DONE");
      // A failure that every task would meet counts as no attempt.
      assert.equal((await bed.task(id)).delivery_attempt_count, ofServer ? 1 : 2);
      assert.deepEqual(await arrived(beds), { "v.mp4": sha256(source.bytes) });
    }));

test("failed delivery: a retry sends only the missing file, and downloads nothing", () =>
  withBeds(async (beds) => {
    const { bed, tampered } = beds;
    const files = [video("v.mp4", 50_000), video("v.srt", 900)];
    const { id } = await bed.addReady(files);
    tampered.tamper.onReply = ({ command, reply }) =>
      command.startsWith("STOR") && /-1\.\w+\.part$/.test(command) && reply.startsWith("226")
        ? { reply: "451 No." }
        : "pass";
    await deliver(beds, id, { giveUpAfterMs: -1 });
    assert.equal((await bed.task(id)).state, "FAILED");
    assert.deepEqual(Object.keys(await arrived(beds)), ["v.srt"], "and its part was removed");
    tampered.tamper = {};
    tampered.commands.length = 0;
    await retryTask(bed.database, { id, scope: "all" }, Date.now());
    assert.equal((await bed.task(id)).state, "READY_TO_SEND");
    await deliver(beds);
    assert.equal((await bed.task(id)).state, "DONE");
    assert.deepEqual(await arrived(beds), Object.fromEntries(files.map(({ name, bytes }) => [name, sha256(bytes)])));
    assert.equal(tampered.commands.filter((command) => command.startsWith("STOR")).length, 1);
  }));

test("failed delivery: a file on another machine is waited for, and no download is repeated", () =>
  withBeds(async (beds) => {
    const { bed } = beds;
    const { id } = await bed.addReady([video("v.mp4")]);
    const path = (await bed.files(id))[0]?.local_path ?? "";
    await rename(path, `${path}.away`);
    await deliver(beds, id, { host: "another" });
    const task = await bed.task(id);
    assert.equal(task.state, "READY_TO_SEND");
    assert.match(task.failure_message ?? "", /v\.mp4 was downloaded on the machine here, and .* is not on this one/);
    assert.match(task.advice_texts ?? "", /на другой машине/);
    await rename(`${path}.away`, path);
    await deliver(beds, id);
    assert.equal((await bed.task(id)).state, "DONE");
  }));

test("failed delivery: a missing source fails the task, and a retry downloads it again", () =>
  withAnyServer(async (beds) => {
    const { bed } = beds;
    const { id } = await bed.addReady([video("v.mp4")]);
    await rm((await bed.files(id))[0]?.local_path ?? "");
    await deliver(beds);
    const task = await bed.task(id);
    assert.equal(task.state, "FAILED");
    assert.match(task.failure_message ?? "", /v\.mp4 is gone from this machine/);
    assert.match(task.advice_texts ?? "", /на нашем диске/);
    assert.deepEqual(await arrived(beds), {});
    await retryTask(bed.database, { id, scope: "all" }, Date.now());
    assert.equal((await bed.task(id)).state, "QUEUED");
  }));

for (const { how, damage } of [
  { how: "other bytes", damage: (path: string) => writeFile(path, randomBytes(100_000)) },
  { how: "fewer bytes", damage: (path: string) => truncate(path, 99_999) },
])
  test(`failed delivery: a source that was damaged on this disk (${how}) fails the task, and nothing is delivered or deleted`, () =>
    withAnyServer(async (beds) => {
      const { bed } = beds;
      const { id } = await bed.addReady([video("v.mp4")]);
      const path = (await bed.files(id))[0]?.local_path ?? "";
      await damage(path);
      await deliver(beds);
      const task = await bed.task(id);
      assert.equal(task.state, "FAILED");
      assert.match(task.failure_message ?? "", /is not what was downloaded/);
      assert.ok(existsSync(path));
      assert.deepEqual(await arrived(beds), {});
    }));

test("failed delivery: after its time the task fails, and can be sent again by hand", () =>
  withAnyServer(async (beds) => {
    const { bed, tampered } = beds;
    const { id } = await bed.addReady([video("v.mp4")]);
    tampered.tamper.onReply = ({ command, reply }) =>
      command.startsWith("STOR") && reply.startsWith("226") ? { reply: "451 No." } : "pass";
    await deliver(beds, id, { giveUpAfterMs: -1 });
    assert.equal((await bed.task(id)).state, "FAILED");
    tampered.tamper = {};
    await retryTask(bed.database, { id, scope: "all" }, Date.now());
    assert.equal((await bed.task(id)).state, "READY_TO_SEND");
    await deliver(beds);
    assert.equal((await bed.task(id)).state, "DONE", (await bed.task(id)).failure_message ?? "");
  }));
