import assert from "node:assert/strict";
import { test } from "node:test";
import { sql } from "kysely";
import { cancelTask, deleteTask, retryTask } from "../tasks/cancel-task.ts";
import { type ClaimKind, claimTask, type Lease } from "../leases/claim-task.ts";
import { query, raw } from "./database.ts";
import { cleanHistory } from "../tasks/clean-history.ts";
import { expireLeases, LeaseWatch } from "../leases/expire-lease.ts";
import { reserveName } from "../testing/record-delivery.ts";
import { addedTask, deliverFiles, file, freshDatabase, sumOf, deliverDue } from "../testing/fresh-database.ts";
import { randomFrom } from "../testing/random-from.ts";
import { changesSince, countTasks, currentRevision, filesOf } from "../tasks/list-tasks.ts";
import { settleDelivery } from "../runner/settle-delivery.ts";
import { releaseLease } from "../leases/end-lease.ts";
import { settleDownload } from "../runner/settle-download.ts";
import { enterHost } from "../hosts/host.ts";
import { forgetHost } from "../leases/forget-host.ts";
import { otherHost } from "../testing/test-host.ts";

const operations = 2000;

test(`counts: those of states, sites and hosts equal a recount after ${operations} random operations`, async (t) => {
  const seed = Number.parseInt(process.env["SEED"] ?? "", 10) || 1 + Math.floor(Math.random() * 1e9);
  t.diagnostic(`SEED=${seed}`);
  const random = randomFrom(seed);
  const database = await freshDatabase(t);
  const failure = { failureClass: "c", message: "m", advice: { en: "a" } };
  const done: Record<string, number> = {};
  const leases: { kind: ClaimKind; lease: Lease }[] = [];
  let now = 1;
  const someId = async () =>
    (await database.get(raw(sql<{ id: string }>`SELECT id FROM tasks ORDER BY seq LIMIT 1 OFFSET ${random(30)}`)))
      ?.id ?? "none";
  const someLease = () => leases.splice(random(leases.length), 1).at(0);
  let parts = 0;
  const begin = async (lease: Lease) => {
    const [first] = await filesOf(database, [lease.task.seq]);
    assert(first !== undefined);
    const name = { destination: "ftp://nas.example:21", path: `/${random(5)}` };
    await reserveName(database, lease, first, { name, part: `/${++parts}.part` });
  };
  const claim = async (kind: ClaimKind) => {
    const host = otherHost(`host ${random(3)}`);
    const claimant = { processId: `process ${random(3)}`, host, defaultSiteParallel: 4 };
    const lease = await claimTask(database, kind, claimant, now);
    if (lease !== undefined) leases.push({ kind, lease });
    if (lease !== undefined && kind === "delivery") await begin(lease);
    return lease !== undefined;
  };
  const settle = async () => {
    const held = someLease();
    if (held === undefined) return false;
    const retryAt = [null, now, now + 5][random(3)] ?? null;
    const failed = { outcome: "failed", failure, retryAt } as const;
    const interrupted = { outcome: "interrupted" } as const;
    const entries = [{ link: `https://tube.example/${random(9)}`, title: "" }];
    const delivered = held.kind === "delivery" && random(2) === 0;
    if (delivered) await deliverFiles(database, held.lease);
    const settled =
      held.kind === "download"
        ? await settleDownload(
            database,
            held.lease,
            [
              failed,
              interrupted,
              { outcome: "downloaded", files: [file], media: {}, host: `host ${random(3)}` } as const,
              { outcome: "expanded", title: "list", entries, sites: {} } as const,
            ][random(4)] ?? failed,
            now,
          )
        : await settleDelivery(
            database,
            held.lease,
            delivered ? { outcome: "delivered" } : ([failed, interrupted][random(2)] ?? failed),
            now,
          );
    if (settled === "lost" && random(2) === 0) await releaseLease(database, held.lease);
    return settled === "settled";
  };
  const verbs: Record<string, () => Promise<boolean>> = {
    add: async () => {
      const site = `site ${random(4)}`;
      await addedTask(database, { site, chatId: `chat ${random(3)}`, startAfter: random(2) * (now + random(9)) }, now);
      return true;
    },
    claim: () => claim("download"),
    deliver: () => claim("delivery"),
    settle,
    cancel: async () => "id" in (await cancelTask(database, { id: await someId(), scope: "all" }, now)),
    retry: async () => "id" in (await retryTask(database, { id: await someId(), scope: "all" }, now)),
    delete: async () =>
      "deleted" in (await deleteTask(database, { id: await someId(), scope: "all" }, random(2) === 0, now)),
    // No process is registered, so all leases are over.
    expire: async () => random(6) === 0 && (await expireLeases(database, new LeaseWatch(), "nobody", now)) > 0,
    clean: async () =>
      random(6) === 0 &&
      sumOf(await cleanHistory(database, { scope: "all", states: [], finishedBefore: now }, now)) > 0,
    finish: async () => random(3) === 0 && (await deliverDue(database, now, otherHost(`host ${random(3)}`))) > 0,
    // None has a process, so none is alive.
    forget: async () => random(4) === 0 && typeof (await forgetHost(database, `host ${random(3)}`, now)) === "object",
    comeBack: async () => {
      const host = otherHost(`host ${random(3)}`, random(3) === 0 ? "nfs" : "");
      await database.write(async (transaction) => await enterHost(transaction, host, now));
      return true;
    },
    fail: async () => {
      // A whole transaction is undone.
      await assert.rejects(
        database.write(async (transaction) => {
          await transaction.run(raw(sql`DELETE FROM tasks WHERE seq % 2 = 0`));
          throw new Error("undone");
        }),
      );
      return true;
    },
  };
  const names = [...Object.keys(verbs), "add", "add", "claim", "claim", "settle", "settle"];
  let revision = await currentRevision(database);
  for (let count = 0; count < operations; count++) {
    now += random(2);
    const name = names[random(names.length)] ?? "add";
    if ((await verbs[name]?.()) === true) done[name] = (done[name] ?? 0) + 1;
    const changes = await changesSince(database, revision, 1000);
    assert(changes !== undefined);
    assert(changes.every((change, index) => change.revision > (changes[index - 1]?.revision ?? revision)));
    revision = changes.at(-1)?.revision ?? revision;
    if (count % 100 === 99) await recount(`SEED=${seed}, after ${count + 1} operations, the last ${name}`);
  }
  for (const name of Object.keys(verbs)) assert((done[name] ?? 0) > 0, `SEED=${seed}: ${name} did nothing`);

  async function recount(message: string): Promise<void> {
    const states = await database.all(
      raw(
        sql<{
          state: string;
          count: number;
        }>`SELECT state, count(*) AS count FROM tasks WHERE hidden = 0 GROUP BY state`,
      ),
    );
    const counted = Object.fromEntries(states.map(({ state, count }) => [state, count]));
    for (const [state, count] of Object.entries(await countTasks(database, "all")))
      assert.equal(count, counted[state] ?? 0, `${message}: ${state}`);
    const sites = await database.all(
      raw(sql<Record<string, unknown>>`
        SELECT name, due, running,
          (SELECT count(*) FROM tasks WHERE site = name AND state = 'QUEUED' AND not_before IS NULL) AS due_tasks,
          (SELECT count(*) FROM tasks WHERE site = name AND state = 'DOWNLOADING') AS running_tasks
        FROM sites`),
    );
    for (const { name, due, running, due_tasks, running_tasks } of sites)
      assert.deepEqual({ due, running }, { due: due_tasks, running: running_tasks }, `${message}: ${String(name)}`);
    const orphans = await database.get(
      raw(sql<{ count: number }>`SELECT count(*) AS count FROM files WHERE task_seq NOT IN (SELECT seq FROM tasks)`),
    );
    assert.equal(orphans?.count, 0, message);
    const hosts = await database.all(
      raw(sql<Record<string, unknown>>`
        SELECT name, waiting_tasks, waiting_bytes,
          (SELECT count(*) FROM tasks WHERE host = name AND state IN ('READY_TO_SEND', 'SENDING')) AS tasks,
          (SELECT coalesce(sum(size_bytes), 0) FROM files JOIN tasks ON tasks.seq = task_seq
            WHERE tasks.host = hosts.name AND state IN ('READY_TO_SEND', 'SENDING')
              AND local_path IS NOT NULL AND delivered_at IS NULL) AS bytes
        FROM hosts`),
    );
    for (const { name, waiting_tasks, waiting_bytes, tasks, bytes } of hosts)
      assert.deepEqual(
        { waiting_tasks, waiting_bytes },
        { waiting_tasks: tasks, waiting_bytes: bytes },
        `${message}: ${String(name)}`,
      );
    const unfinished = raw(sql<{ seq: number }>`
      SELECT seq FROM tasks WHERE owner IS NOT NULL OR state NOT IN ('DONE', 'FAILED', 'CANCELED')`);
    const busy = new Set(
      (
        await filesOf(
          database,
          (await database.all(unfinished)).map(({ seq }) => seq),
        )
      ).map(({ seq }) => seq),
    );
    for (const part of await database.all(query.selectFrom("remote_parts").selectAll()))
      assert(part.remove_after !== null || busy.has(part.file_seq), `${message}: ${part.path} is nobody's`);
    const named = query.selectFrom("files").select("seq").where("delivered_at", "is", null);
    for (const { seq } of await database.all(named.where("remote_path", "is not", null)))
      assert(busy.has(seq), `${message}: file ${seq} keeps a name`);
  }
});
