import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { test } from "node:test";
import { type Lease, listTasks } from "@dwld/queue";
import { claimTask, expireLeases, LeaseWatch, testHost } from "@dwld/queue/testing";
import { sha256, video } from "@dwld/delivery/testing";
import { arrived, type Beds, deliver, withAnyServer, withScriptedServer } from "../testing/beds.ts";
import type { Verdict } from "../testing/ftp-tamper.ts";
import { makeTestSender, type TestServer } from "../testing/test-server.ts";

type AnyBeds = Omit<Beds, "server"> & { server: TestServer & { root: string } };

/** Claims a delivery for a sender whose heartbeats nobody sees: the next look takes its tasks. */
async function claimUnseen({ bed }: AnyBeds): Promise<Lease> {
  const claimant = { processId: "stands still", host: testHost, defaultSiteParallel: 1 };
  const lease = await claimTask(bed.database, "delivery", claimant, Date.now());
  assert.ok(lease);
  return lease;
}

/**
 * Delivers, by a sender that stands still when the server has replied to a command, until others have taken its task for
 * that of a dead one, and another sender has delivered it. Returns the commands that it sent afterwards.
 */
async function deposedAt(beds: AnyBeds, at: RegExp, then: () => Promise<unknown> = async () => {}): Promise<string[]> {
  const { bed, server, tampered, sender } = beds;
  const lease = await claimUnseen(beds);
  const { rules } = sender.options.settings();
  let before: number | undefined;
  tampered.tamper.onReply = async ({ command }): Promise<Verdict> => {
    if (before !== undefined || !at.test(command)) return "pass";
    before = tampered.commands.length;
    await expireLeases(bed.database, new LeaseWatch(), "another", Date.now());
    await using another = makeTestSender(bed, server, rules);
    // The same server by the same name in the table.
    const { name } = sender.options.destination;
    const destination = { ...another.options.destination, name };
    await another.deliver(await bed.claim(), { changes: { destination } });
    assert.equal((await bed.task(lease.task.id)).state, "DONE");
    await then();
    return "pass";
  };
  await sender.deliver(lease);
  assert.ok(before !== undefined, "it stood still");
  return tampered.commands.slice(before);
}

for (const at of [/^STOR/, /^SIZE .*part$/, /^SIZE .*mp4$/, /^RNFR/])
  test(`deposed sender: one that stood still at ${String(at)} until another has delivered gives no file its final name`, () =>
    withAnyServer(async (beds) => {
      const { server, bed } = beds;
      const source = video("v.mp4", 2_000_000);
      const { id } = await bed.addReady([source]);
      // Only the person who owns the server changes a file that is delivered.
      const later = await deposedAt(beds, at, async () => {
        assert.deepEqual(Object.values(await arrived(beds)), [sha256(source.bytes)]);
        for (const path of Object.keys(await arrived(beds))) await rm(join(server.root, path));
      });
      assert.deepEqual(
        later.filter((command) => command.startsWith("RNTO")),
        [],
      );
      assert.deepEqual(await arrived(beds), {});
      assert.equal((await bed.task(id)).state, "DONE");
    }));

test("deposed sender: on a server that replaces no file, the copy of the next sender is not removed", () =>
  withScriptedServer(
    {},
    async (beds) => {
      const { bed, server } = beds;
      const path = join(server.root, "v.mp4");
      await writeFile(path, "old");
      server.script = {
        onCommand: (command) => (command === "RNTO /videos/v.mp4" && existsSync(path) ? "553 It exists." : undefined),
      };
      const source = video("v.mp4", 100_000);
      await bed.addReady([source]);
      await deposedAt(beds, /^RNTO/);
      assert.deepEqual(await arrived(beds), { "v.mp4": sha256(source.bytes) });
    },
    { conflict: "overwrite" },
  ));

/** Takes back what an asynchronous standby may lack when it takes over: here, all since some rows were read. */
function takeBack(path: string, lost: "the end" | "the reservation, too"): void {
  const table = new DatabaseSync(path);
  // A failover replaces rows without a transition, which the triggers of the table would refuse.
  const triggers = table
    .prepare("SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'tasks'")
    .all();
  for (const { name } of triggers) table.exec(`DROP TRIGGER ${String(name)}`);
  table.exec("UPDATE tasks SET state = 'READY_TO_SEND', finished_at = NULL, owner = NULL, process_id = NULL");
  const reserved = lost === "the end" ? "" : ", remote_path = NULL, destination = NULL, holds_name = 0";
  table.exec(`UPDATE files SET delivered_at = NULL, verified_by = NULL, local_path = '/gone/' || name${reserved}`);
  for (const { sql } of triggers) table.exec(String(sql));
  table.close();
}

for (const lost of ["the end", "the reservation, too"] as const)
  test(`failover: a delivery whose end was taken back (${lost}) takes the copy on the server for what it is, without its source`, () =>
    withAnyServer(async (beds) => {
      const { bed, tampered } = beds;
      const [small, large] = [video("small.mp4", 100_000), video("large.mp4", 5_000_000)];
      for (const source of [small, large]) {
        const { id } = await bed.addReady([source]);
        const [row] = await bed.files(id);
        await deliver(beds);
        assert.ok(!existsSync(row?.local_path ?? ""), "the source is deleted");
      }
      const before = await arrived(beds);
      assert.equal(Object.keys(before).length, 2);
      takeBack(bed.database.name, lost);
      const { length } = tampered.commands;
      for (let count = 0; count < 2; count += 1) await deliver(beds);
      const states = (await listTasks(bed.database, { scope: "all", states: [] }, { limit: 9 })).map(
        ({ state }) => state,
      );
      assert.deepEqual(states, ["DONE", "DONE"]);
      assert.deepEqual(await arrived(beds), before);
      assert.deepEqual(
        tampered.commands.slice(length).filter((command) => /^(STOR|APPE|RNTO|DELE)/.test(command)),
        [],
      );
    }));
