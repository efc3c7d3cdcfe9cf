import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { chmod, mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { test } from "node:test";
import { createDatabase } from "@dwld/testbed";
import type { RunProgram } from "../backup.ts";
import { backUpDatabase, restoreDatabase } from "../whole-table.ts";
import { countTasks, databaseIdentity, listTasks } from "../../tasks/list-tasks.ts";
import { addedTask, atEnd, freshPath } from "../../testing/fresh-database.ts";
import { emptyDatabase, openTable } from "./testing/postgres-table.ts";

const readSecret = (file: string) => readFileSync(file, "utf8").trimEnd();
const path = process.env["PATH"] ?? "";
const now = new Date();

/** Runs programs, and keeps their command lines. */
function programs(search = path) {
  const lines: string[] = [];
  const run: RunProgram = async (program, args, environment) =>
    await new Promise((resolve) => {
      lines.push([program, ...args].join(" "));
      execFile(program, [...args], { env: { PATH: path, ...environment } }, (error, stdout, stderr) => {
        const exitCode = error === null ? 0 : typeof error.code === "number" ? error.code : undefined;
        resolve({ found: (error as { code?: unknown } | null)?.code !== "ENOENT", exitCode, stdout, stderr });
      });
    });
  return { lines, programs: { run, path: search } };
}

test("pg_dump: a backup of a table in use is restored into an empty database, with another identity", async (t) => {
  const server = await emptyDatabase(t);
  const table = await openTable(t, server.location);
  const kept = await addedTask(table);
  const file = await freshPath(t);
  const dumping = programs();
  const backup = await backUpDatabase(server.location, file, { readSecret, ...dumping });
  assert.deepEqual([backup.path, backup.tasks.QUEUED], [file, 1]);
  assert.equal(statSync(file).mode & 0o777, 0o600);
  assert.ok(
    !dumping.lines.join("\n").includes(readSecret(server.location.passwordFile)),
    "no password in a process list",
  );
  await addedTask(table);

  await assert.rejects(
    restoreDatabase(server.location, file, { now, readSecret, ...programs() }),
    /has tables \(\w+\), and nothing is overwritten\. Create another database/,
  );
  const other = await emptyDatabase(t);
  const restored = await restoreDatabase(other.location, file, { now, readSecret, ...programs() });
  assert.equal(restored.tasks?.QUEUED, 1);
  const again = await openTable(t, other.location);
  assert.deepEqual(
    (await listTasks(again, { scope: "all", states: [] }, { limit: 9 })).map(({ id }) => id),
    [kept.id],
  );
  assert.notEqual(await databaseIdentity(again), await databaseIdentity(table));
  await addedTask(again);
  assert.equal((await countTasks(again, "all")).QUEUED, 2, "its triggers count");
});

test("pg_dump: what goes wrong leaves no file, and says what to do", async (t) => {
  const server = await emptyDatabase(t);
  await (await openTable(t, server.location)).close();
  const file = await freshPath(t);
  const folder = dirname(file);
  const attempt = async (search: string) =>
    await backUpDatabase(server.location, file, { readSecret, ...programs(search) });

  // A pg_dump of an old version, and one that writes what cannot be read.
  const old = join(folder, "old");
  const broken = join(folder, "broken");
  for (const [name, script] of [
    [old, 'echo "pg_dump (PostgreSQL) 9.6.24"'],
    [
      broken,
      'echo "pg_dump (PostgreSQL) 99.1"; for word; do case $word in --file=*) echo rubbish >"${word#*=}"; esac; done',
    ],
  ] as const) {
    await mkdir(name);
    for (const program of ["pg_dump", "pg_restore"]) {
      await writeFile(join(name, program), `#!/bin/sh\n${script}\n`);
      await chmod(join(name, program), 0o755);
    }
  }
  const before = readdirSync(folder);
  await assert.rejects(
    attempt(old),
    /needs pg_dump and pg_restore of PostgreSQL 17 or later, and there is only .*9 in .*old.*Install postgresql-client-17/,
  );
  await assert.rejects(attempt(broken), /pg_restore cannot read what pg_dump wrote, and it was removed/);
  await server.query("ALTER TABLE tasks OWNER TO postgres");
  await server.query("REVOKE ALL ON tasks FROM dwld");
  await assert.rejects(attempt(path), /pg_dump failed, and nothing was written: .*permission denied for table tasks/);
  assert.deepEqual(readdirSync(folder), before);
  assert.ok(!existsSync(file));

  const sqlite = join(folder, "text");
  await writeFile(sqlite, "SQLite format 3");
  const empty = await createDatabase();
  atEnd(t, () => empty.drop());
  await assert.rejects(
    restoreDatabase(empty.location, sqlite, { now, readSecret, ...programs() }),
    /text is no backup of a task table on PostgreSQL: .*`dwld database copy` takes one of SQLite/,
  );
  assert.deepEqual(await empty.query("SELECT tablename FROM pg_tables WHERE schemaname = 'public'"), []);
});
