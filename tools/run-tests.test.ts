import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { join } from "node:path";
import { test } from "node:test";
import type { TestEvent } from "node:test/reporters";
import { promisify } from "node:util";
import { filesOnPostgres, usesTaskTable } from "./engines.ts";
import { mayShareProcess } from "./one-process.ts";
import { inRunningOrder } from "./running-order.ts";
import { runSummary } from "./run-summary.ts";
import { TestQueue } from "./test-queue.ts";

const make = async (...words: string[]) => {
  // The runner of this test sets variables that are not for another runner.
  const { NODE_TEST_CONTEXT: _, ...env } = process.env;
  const run = promisify(execFile)("make", ["test", ...words], { cwd: join(import.meta.dirname, ".."), env });
  return await run.catch((error: unknown) => error as { stdout: string; stderr: string });
};

test("make test: FILE and NAME find tests by parts of their names, and a name that no test has is an error", async () => {
  const file = "FILE=runner/slots";
  const [one, none] = await Promise.all([make(file, "NAME=if none is spare"), make(file, "NAME=(no such")]);
  assert.match(one.stdout, /slots: if none is spare, slow runs hold theirs/);
  assert.match(one.stdout, /^1 passed, 0 failed$/m);
  assert.match(none.stderr, /^no test has "\(no such" in its name$/m);
  assert.match(none.stderr, /Error 1/);
});

test("make test: its last lines name the five slowest files, and count the tests and files that cannot be loaded", async () => {
  const counts = { tests: 9, passed: 7, failed: 1, cancelled: 0, skipped: 1, todo: 0, suites: 0, topLevel: 9 };
  async function* run(): AsyncGenerator<TestEvent> {
    for (const seconds of [3, 1, 12, 5, 2, 4]) {
      const name = `src/${seconds}.test.ts`;
      const details = { duration_ms: seconds * 1000 };
      yield { type: "test:complete", data: { name, nesting: 0, details } } as TestEvent;
      yield { type: "test:complete", data: { name: "a test", nesting: 1, details } } as TestEvent;
    }
    const error = { failureType: "testCodeFailure" };
    const broken = { name: "src/broken.test.ts", nesting: 0, details: { duration_ms: 1, type: "suite", error } };
    yield { type: "test:fail", data: broken } as unknown as TestEvent;
    yield { type: "test:summary", data: { duration_ms: 1, file: undefined, success: false, counts } };
  }
  assert.deepEqual((await Array.fromAsync(runSummary(run()))).join("").split("\n"), [
    "slowest files:",
    "   12.0 s  src/12.test.ts",
    "    5.0 s  src/5.test.ts",
    "    4.0 s  src/4.test.ts",
    "    3.0 s  src/3.test.ts",
    "    2.0 s  src/2.test.ts",
    "7 passed, 2 failed, 1 skipped",
    "",
  ]);
});

test("make test: what takes long is begun first, and what is short last", () => {
  const files = ["apps/api/src/a.test.ts", "packages/queue/src/a.test.ts", "testbed/src/systemd/installation.test.ts"];
  const [long, middle, short] = inRunningOrder(files);
  assert.deepEqual([short, middle, long], [files[1], files[0], files[2]]);
});

test("make test: each file of a queue is taken once, by whichever process comes first", () => {
  const files = ["a.test.ts", "b.test.ts", "c.test.ts"];
  const one = TestQueue.of(files);
  const other = new TestQueue(one.folder);
  assert.deepEqual(
    [one.take(), other.take(), other.take(), one.take(), other.take()],
    [...files, undefined, undefined],
  );
});

test("make test: files of the queue run on PostgreSQL too if that may show more than the engines compared, others if thorough", () => {
  const always = ["packages/queue/src/tasks/add-task.test.ts", "packages/queue/src/leases/end-lease.test.ts"];
  const further = [
    "packages/queue/src/tasks/cancel-task.test.ts",
    "packages/queue/src/leases/claim-task.test.ts",
    "apps/ftp-sender/src/scenarios/crash.test.ts",
  ];
  const never = [
    "packages/queue/src/sites/site-of.test.ts",
    "packages/queue/src/store/engines.test.ts",
    "packages/queue/src/store/sqlite/migrate.test.ts",
  ];
  assert.deepEqual(filesOnPostgres([...always, ...further, ...never], false), always);
  assert.deepEqual(filesOnPostgres([...always, ...further, ...never], true), [...always, ...further]);
});

test("make test: a file makes a task table also by the code for tests that it imports", () => {
  const read = (path: string) =>
    path.endsWith("bed.ts") ? "await freshDatabase(test)" : 'import { open } from "./testing/bed.ts";';
  assert.ok(usesTaskTable("/a.test.ts", read));
  assert.ok(!usesTaskTable("/a.test.ts", () => "const a = 1;"));
});

test("make test: a file that looks into the table's file stays on SQLite", () => {
  const served = "await startDwld();";
  assert.ok(usesTaskTable("/a.test.ts", () => served));
  assert.ok(!usesTaskTable("/a.test.ts", () => `${served} new DatabaseSync(join(dwld.data, "dwld.sqlite"));`));
});

test("make test: ENGINE chooses the engine of the task tables, and must be one", async () => {
  const [none, wrong] = await Promise.all([
    make("ENGINE=postgres", "FILE=runner/slots"),
    make("ENGINE=oracle", "FILE=runner/slots"),
  ]);
  assert.match(none.stderr, /^there is no test that makes a task table in runner\/slots$/m);
  assert.match(wrong.stderr, /^ENGINE is postgres or sqlite, not oracle$/m);
});

const sources: { [path: string]: string } = {
  "/pure.test.ts": 'import { sum } from "./sum.ts";\nimport { table } from "./testing/table.ts";',
  "/testing/table.ts": 'import { rows } from "../fixtures/rows.ts";',
  "/fixtures/rows.ts": "export const rows = [];",
  "/program.test.ts": 'import { spawn } from "node:child_process";',
  "/by-way.test.ts": 'import { start } from "./testing/app.ts";',
  "/testing/app.ts": 'process.on("message", () => undefined);',
  "/hook.test.ts": "before(async () => {});",
  "/suite.test.ts": "describe('a', () => {\n  before(async () => {});\n});",
  "/by-type.test.ts": 'import type { App } from "./testing/app.ts";',
  "/clock.test.ts": 'mock.timers.enable({ apis: ["Date"] });',
  "/own-clock.test.ts": 't.mock.timers.enable({ apis: ["Date"] });',
  "/variable.test.ts": 'process.env["HOME"] = "/";',
  "/reader.test.ts": 'const seed = process.env["SEED"];',
  "/comparison.test.ts": 'const isLoaded = process.env["YTDLP"] === "loaded";',
};
const alone = ["by-way", "clock", "variable"];
for (const path of Object.keys(sources).filter((name) => name.endsWith(".test.ts"))) {
  const name = path.slice(1, -".test.ts".length);
  const isAlone = alone.includes(name);
  test(`make test: ${name}.test.ts ${isAlone ? "has a process of its own" : "shares a process with others"}`, () => {
    assert.equal(
      mayShareProcess(path, (file) => sources[file] ?? assert.fail(file)),
      !isAlone,
    );
  });
}
