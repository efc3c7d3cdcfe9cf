import { execFileSync } from "node:child_process";
import { chmodSync, symlinkSync } from "node:fs";
import { cpus } from "node:os";
import { run } from "node:test";
import { spec } from "node:test/reporters";
import { parseArgs } from "node:util";
import { dirname, join, resolve } from "node:path";
import { startPostgres } from "../testbed/src/postgres/postgres-server.ts";
import { clusterSettings, clusterVariable } from "../testbed/src/postgres/test-database.ts";
import { isThorough } from "../testbed/src/thorough.ts";
import { engineVariable, filesOnPostgres, usesTaskTable } from "./engines.ts";
import { mayShareProcess } from "./one-process.ts";
import { inRunningOrder } from "./running-order.ts";
import { isWholeFile, runSummary } from "./run-summary.ts";
import { testFiles } from "./test-files.ts";
import { makeTemporaryFolder } from "./temporary-folder.ts";
import { TestQueue } from "./test-queue.ts";

const sharedProcess = "tools/shared-process.ts";
const postgresProcess = "tools/postgres-process.ts";

/** A process that a test has left open would hold a run for ever. */
const longestRunMs = (isThorough ? 60 : 20) * 60_000;

const { values, positionals } = parseArgs({
  options: { file: { type: "string" }, name: { type: "string" }, engine: { type: "string" } },
  allowPositionals: true,
});
const { file, name, engine } = values;
const [folder] = positionals;
if (engine !== undefined && engine !== "postgres" && engine !== "sqlite") {
  console.error(`ENGINE is postgres or sqlite, not ${engine}`);
  process.exit(2);
}
const named = testFiles(folder).filter((path) => path.includes(file ?? ""));
const found = inRunningOrder(engine === undefined ? named : named.filter((path) => usesTaskTable(path)));
if (found.length === 0) {
  const what = engine === undefined ? "test" : "test that makes a task table";
  console.error(`there is no ${what} in ${file ?? folder ?? "this checkout"}`);
  process.exit(1);
}
process.env["TMPDIR"] = await makeTemporaryFolder(process.env["TMPDIR"]);
const testNamePatterns = name === undefined ? {} : { testNamePatterns: [new RegExp(RegExp.escape(name))] };
const jobs = Number(process.env["JOBS"] ?? Math.ceil(2.5 * cpus().length));
// Files that are named have a process each.
const shared = file === undefined ? found.filter((path) => mayShareProcess(resolve(path))) : [];
const queue = TestQueue.of(shared);
// A whole run is on both engines.
const isWhole = file === undefined && engine === undefined;
const onPostgres = isWhole ? filesOnPostgres(found, isThorough) : [];
const sharedOnPostgres = TestQueue.of(onPostgres.filter((path) => shared.includes(path)));
const aloneOnPostgres = TestQueue.of(onPostgres.filter((path) => !shared.includes(path)));
// The tests of a file that is run alone start their own if they need it.
const cluster = found.length > 1 ? await startPostgres({ settings: clusterSettings, background: true }) : undefined;
const postgres = cluster === undefined ? {} : { [clusterVariable]: `${cluster.host}:${cluster.port}` };
const tested = shared.length > 1 ? { TESTED_DWLD: makeInstallation(join(queue.folder, "dwld")) } : {};
const processes = Array.from(shared.slice(0, jobs), () => sharedProcess);
const processesOnPostgres = aloneOnPostgres.files.map(() => postgresProcess);
const events = run({
  files: [...processes, ...found.filter((path) => !shared.includes(path)), ...processesOnPostgres],
  concurrency: jobs + (processes.length > 0 ? 1 : 0),
  timeout: 120_000,
  env: {
    ...process.env,
    ...(engine === undefined ? {} : { [engineVariable]: engine }),
    TEST_QUEUE: queue.folder,
    TEST_QUEUE_POSTGRES: sharedOnPostgres.folder,
    TEST_QUEUE_POSTGRES_ALONE: aloneOnPostgres.folder,
    ...postgres,
    ...tested,
  },
  ...testNamePatterns,
});
events.on("test:fail", ({ todo }) => {
  if (todo === undefined || todo === false) process.exitCode = 1;
});
let ran = 0;
events.on("test:pass", (test) => (ran += isWholeFile(test) ? 0 : 1));
const summary = Array.fromAsync(events.compose(runSummary), String);
events.compose(spec).pipe(process.stdout);
const end = setTimeout(() => {
  console.error("the run was ended before its end: the first file named above is one that did not end");
  process.exit(124);
}, longestRunMs).unref();
const lines = (await summary).join("");
clearTimeout(end);
process.on("exit", () => {
  process.stdout.write(lines);
});
// A file of which no test was run counts as one that passed.
if (name !== undefined && ran === 0 && process.exitCode === undefined) {
  console.error(`no test has "${name}" in its name`);
  process.exitCode = 1;
}

/** Makes an installation of this checkout. Processes that tests start begin from it in half of the CPU. */
function makeInstallation(root: string): string {
  execFileSync(process.execPath, ["tools/bundle/main.ts", root], { stdio: "inherit" });
  symlinkSync(resolve(".tools"), join(root, ".tools"));
  // Some tests run it as another user.
  chmodSync(dirname(root), 0o755);
  return root;
}
