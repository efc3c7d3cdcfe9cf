import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { readdir } from "node:fs/promises";
import { test } from "node:test";
import { cancelTask, type Lease, type StopReason } from "@dwld/queue";
import { settleDelivery } from "@dwld/queue/testing";
import { eventually } from "@dwld/testbed";
import { arrived, type Beds, deliver, isPart, withAnyServer, withEveryServer } from "../testing/beds.ts";
import { sha256, video } from "@dwld/delivery/testing";
import type { Verdict } from "../testing/ftp-tamper.ts";

/** Starts a delivery, and ends it for a reason when the server is about to reply to a command. */
async function endAt(
  beds: Beds,
  at: { command: RegExp; reply?: RegExp },
  reason: StopReason,
  before: (lease: Lease) => Promise<unknown>,
) {
  const { bed, tampered, sender } = beds;
  const lease = await bed.claim();
  const controller = new AbortController();
  tampered.tamper.onReply = async ({ command, reply }): Promise<Verdict> => {
    if (!at.command.test(command) || at.reply?.test(reply) === false || controller.signal.aborted) return "pass";
    await before(lease);
    controller.abort(reason);
    return "pass";
  };
  await sender.deliver(lease, { signal: controller.signal });
  tampered.tamper = {};
  assert.ok(controller.signal.aborted);
}

/** How a copy is verified: by its size, or by its hash, if the server has one. */
const verification = /^(SIZE|HASH|XSHA256) .*part$/;

for (const command of [/^STOR/, verification, /^RNFR/, /^RNTO/])
  test(`cancel at ${String(command)}: leaves nothing on the server, and releases the task`, () =>
    withEveryServer(async (beds) => {
      const { bed } = beds;
      const { id } = await bed.addReady([video("v.mp4", 2_000_000)]);
      await endAt(beds, { command }, "canceled", () => cancelTask(bed.database, { id, scope: "all" }, Date.now()));
      assert.equal((await bed.task(id)).state, "CANCELED");
      assert.equal((await bed.task(id)).owner, null);
      assert.deepEqual(await arrived(beds), {});
      assert.equal((await bed.files(id))[0]?.remote_path, null);
    }));

test("cancel: seen by the table alone, after the last rename, it removes all files of the run", () =>
  withAnyServer(async (beds) => {
    const { bed, tampered } = beds;
    const { id } = await bed.addReady([video("v.mp4"), video("v.srt", 10)]);
    tampered.tamper.onReply = async ({ command }): Promise<Verdict> => {
      if (/^RNTO .*v\.mp4$/.test(command)) await cancelTask(bed.database, { id, scope: "all" }, Date.now());
      return "pass";
    };
    await deliver(beds);
    assert.equal((await bed.task(id)).state, "CANCELED");
    assert.equal((await bed.task(id)).owner, null);
    assert.deepEqual(await arrived(beds), {});
    for (const { local_path, delivered_at, remote_path } of await bed.files(id))
      assert.deepEqual([existsSync(local_path ?? ""), delivered_at, remote_path], [true, null, null]);
  }));

test("lost lease: the run changes nothing more, here or on the server", () =>
  withAnyServer(async (beds) => {
    const { bed } = beds;
    const { id } = await bed.addReady([video("v.mp4", 2_000_000)]);
    await endAt(beds, { command: verification }, "lost", async (lease) => {
      await settleDelivery(bed.database, lease, { outcome: "interrupted" }, Date.now());
      await bed.claim();
    });
    assert.equal((await bed.task(id)).state, "SENDING");
    assert.ok(existsSync((await bed.files(id))[0]?.local_path ?? ""));
    assert.deepEqual(Object.keys(await arrived(beds)).map(isPart), [true]);
  }));

test("shutdown: leaves the temporary file and the task for the next start", () =>
  withEveryServer(
    async (beds) => {
      const { bed } = beds;
      const source = video("v.mp4", 2_000_000);
      const { id } = await bed.addReady([source]);
      await endAt(beds, { command: /^STOR/, reply: /^150/ }, "shutdown", async () => {
        await eventually("the temporary file", async () => (await readdir(beds.server.root)).some(isPart));
      });
      const task = await bed.task(id);
      assert.equal(task.state, "READY_TO_SEND");
      assert.equal(task.not_before, null);
      assert.equal(task.delivery_attempt_count, 0);
      await deliver(beds);
      assert.deepEqual(await arrived(beds), { "v.mp4": sha256(source.bytes) });
    },
    { maxBytesPerSecond: 4_000_000 },
  ));
