import assert from "node:assert/strict";
import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { readdir, stat } from "node:fs/promises";
import { dirname, join } from "node:path";
import { test } from "node:test";
import { promisify } from "node:util";
import { eventually } from "@dwld/timing/testing";
import { Client } from "pg";
import { processesBelow } from "../living-processes.ts";
import { accounts } from "./accounts.ts";
import { startPostgres, type PostgresServer } from "./postgres-server.ts";

const module = join(import.meta.dirname, "postgres-server.ts");

const answers = (server: PostgresServer) =>
  server.query("SELECT 1").then(
    () => true,
    () => false,
  );

test("postgres: goes away by each signal, comes back at its address with what was committed, and freezes", async () => {
  await using server = await startPostgres();
  await server.query("CREATE TABLE ends (how text)");
  const ends = ["SIGINT", "SIGKILL", "SIGQUIT"] as const;
  for (const how of ends) {
    await server.query("INSERT INTO ends VALUES ($1)", [how]);
    await server.goAway(how);
    assert.ok(!(await answers(server)));
    await server.comeBack();
  }
  const kept = await server.query("SELECT how FROM ends ORDER BY how");
  assert.deepEqual(
    kept.map(({ how }) => how),
    ends,
  );
  server.freeze();
  let isAnswered = false;
  const answer = answers(server).then((is) => (isAnswered = is));
  await eventually("all stand", () => processesBelow(server.data).every(({ state }) => state === "T"));
  assert.ok(!isAnswered);
  server.thaw();
  assert.ok(await answer);
});

test("postgres: flushes to disk, knows its accounts by passwords, and sorts text as a language does", async () => {
  await using server = await startPostgres({ settings: { work_mem: "5MB" } });
  const [row] =
    await server.query(`SELECT current_setting('fsync') AS fsync, current_setting('full_page_writes') AS pages,
    current_setting('work_mem') AS memory, 'a' < 'B' AS sorts, (SELECT rolsuper FROM pg_roles WHERE rolname = 'dwld') AS super`);
  assert.deepEqual(row, { fsync: "on", pages: "on", memory: "5MB", sorts: true, super: false });
  await server.set({ work_mem: "6MB" });
  await eventually("the setting is in force", async () => {
    const [now] = await server.query("SELECT current_setting('work_mem') AS memory");
    return now?.["memory"] === "6MB";
  });
  const wrong = new Client({ connectionString: server.url("postgres", { ...accounts.owner, password: "wrong" }) });
  await assert.rejects(wrong.connect(), { code: "28P01" });
});

test("postgres: with TLS refuses a plain connection, and its certificate is for its host", async () => {
  await using server = await startPostgres({ tls: true });
  const login = (mode: string) =>
    promisify(execFile)("psql", [
      "-Atc",
      "SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()",
      server.url("postgres") + mode,
    ]);
  const { stdout } = await login(`?sslmode=verify-full&sslrootcert=${server.certificateFile}`);
  assert.equal(stdout, "t\n");
  await assert.rejects(login("?sslmode=disable"), /no pg_hba.conf entry/);
});

test("postgres: nothing of it is left when it is stopped, or when the process that started it is killed", async () => {
  const server = await startPostgres();
  await server.stop();
  await assert.rejects(stat(dirname(server.data)), { code: "ENOENT" });
  assert.deepEqual(processesBelow(server.data), []);

  const script = `import { startPostgres } from "${module}"; console.log((await startPostgres()).data);`;
  const other = spawn(process.execPath, ["--input-type=module", "-e", script], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const [said] = (await once(other.stdout, "data")) as [Buffer];
  const data = String(said).trim();
  assert.ok((await readdir(data)).includes("PG_VERSION"));
  other.kill("SIGKILL");
  await eventually("its folder is gone", () =>
    stat(data).then(
      () => false,
      () => true,
    ),
  );
  assert.deepEqual(processesBelow(data), []);
});

test("postgres: one in the background lets its process end, and ends with it", async () => {
  const script = `import { startPostgres } from "${module}"; console.log((await startPostgres({ background: true })).data);`;
  const { stdout } = await promisify(execFile)(process.execPath, ["--input-type=module", "-e", script]);
  const data = stdout.trim();
  await eventually("its folder is gone", () =>
    stat(data).then(
      () => false,
      () => true,
    ),
  );
  assert.deepEqual(processesBelow(data), []);
});
