import assert from "node:assert/strict";
import { test } from "node:test";
import { sql } from "kysely";
import { query, raw } from "./database.ts";
import { freshDatabase } from "../testing/fresh-database.ts";
import { isSomething, RandomWork } from "../testing/random-work.ts";
import { changesSince, countTasks, currentRevision, filesOf } from "../tasks/list-tasks.ts";

const operations = 1000;

test(`counts: those of states, sites and hosts equal a recount after ${operations} random operations`, async (t) => {
  const seed = Number.parseInt(process.env["SEED"] ?? "", 10) || 1 + Math.floor(Math.random() * 1e9);
  t.diagnostic(`SEED=${seed}`);
  const database = await freshDatabase(t);
  const work = new RandomWork(database, seed);
  const done: Record<string, number> = {};
  let revision = await currentRevision(database);
  for (let count = 0; count < operations; count++) {
    const { verb, answer } = await work.step();
    if (isSomething(answer)) done[verb] = (done[verb] ?? 0) + 1;
    const changes = await changesSince(database, revision, 1000);
    assert(changes !== undefined);
    assert(changes.every((change, index) => change.revision > (changes[index - 1]?.revision ?? revision)));
    revision = changes.at(-1)?.revision ?? revision;
    if (count % 100 === 99) await recount(`SEED=${seed}, after ${count + 1} operations, the last ${verb}`);
  }
  for (const name of work.verbs) assert((done[name] ?? 0) > 0, `SEED=${seed}: ${name} did nothing`);

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
