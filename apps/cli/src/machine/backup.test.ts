import assert from "node:assert/strict";
import { existsSync, readdirSync, statSync } from "node:fs";
import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";
import { after, before, test, type TestContext } from "node:test";
import { Code, ConnectError } from "@connectrpc/connect";
import { countTasks, findTask, openDatabase } from "@dwld/queue";
import { TaskState } from "@dwld/rpc";
import {
  type Dwld,
  eventually,
  MountError,
  mountSmallDisk,
  type SampleSite,
  startDwld,
  startSampleSite,
  startVsftpd,
  waitForTask,
} from "@dwld/testbed";
import { runHere } from "../testing/run-here.ts";

let folder = "";
let site: SampleSite;
/** An api for the tests that leave it running. */
let running: Dwld;
before(async () => {
  running = await startDwld({ apps: ["api"] });
  folder = await mkdtemp(join(tmpdir(), "dwld-backup-"));
  site = await startSampleSite({
    videos: [
      { name: "done" },
      { name: "waits" },
      { name: "moved", seconds: 3 },
      { name: "slow", sizeBytes: 1_500_000, throttleBytesPerSecond: 150_000 },
      { name: "later" },
    ],
  });
});
after(async () => {
  await running.stop();
  await site.close();
  await rm(folder, { recursive: true });
});

const patienceMs = 90_000;

let backups = 0;
const fresh = () => join(folder, `backup ${++backups}`);

/** Runs a command of this machine. */
const run = ({ configurationFile }: Pick<Dwld, "configurationFile">, name: string, ...args: string[]) =>
  runHere([name, "--config", configurationFile, ...args]);

type Said = { tasks: number; states: Record<string, number>; keptAside: string | null; sizeBytes: number };

async function said(dwld: Dwld, name: string, ...args: string[]): Promise<Said> {
  const { status, stdout, stderr } = await run(dwld, name, ...args, "--json");
  assert.equal(status, 0, stderr);
  assert.equal(stderr, "");
  return JSON.parse(stdout) as Said;
}

async function stopAll(dwld: Dwld, apps: readonly ("api" | "worker" | "ftp-sender")[]): Promise<void> {
  for (const app of apps) await dwld.kill(app, "SIGTERM");
}

test("backup: taken while links are added, it has each that was answered before", async () => {
  const answered: string[] = [];
  let going = true;
  const callers = Array.from({ length: 4 }, async (_, caller) => {
    for (let count = 0; going; count += 1) {
      const { task } = await running.client.addTask({ link: `https://videos.example/${caller}/${count}` });
      answered.push(task?.id ?? "");
    }
  });
  await eventually("links are taken", () => answered.length > 50);
  const until = answered.length;
  const file = fresh();
  const { tasks, states, sizeBytes } = await said(running, "backup", file);
  await eventually("links are still taken", () => answered.length > until);
  going = false;
  await Promise.all(callers);
  assert.equal(statSync(file).size, sizeBytes);
  assert.equal(statSync(file).mode & 0o777, 0o600);
  assert.equal(tasks, states["QUEUED"]);
  assert.ok(tasks >= until && tasks <= answered.length, `${tasks} of ${answered.length}, ${until} before`);
  const copy = await openDatabase({ path: file });
  for (const id of answered.slice(0, until)) assert.ok((await findTask(copy, id, "all")) !== undefined, id);
  await copy.close();
});

test(
  "restore: what was in work is resumed, what is gone fails with a reason, and what came later is forgotten",
  { timeout: 300_000 },
  async (t) => {
    const apps = ["api", "worker", "ftp-sender"] as const;
    await using server = await startVsftpd();
    const dwld = await startDwld({
      apps,
      until: "alive",
      configuration: { ftp: server.configuration },
      cleanup: t,
    });
    const add = async (name: string) => (await dwld.client.addTask({ link: site.mediaLink(name) })).task?.id ?? "";
    const done = await add("done");
    await waitForTask(dwld.client, done, TaskState.DONE, patienceMs);
    await server.goAway();
    const [waits, moved] = [await add("waits"), await add("moved")];
    for (const id of [waits, moved]) await waitForTask(dwld.client, id, TaskState.READY_TO_SEND, patienceMs);
    const slow = await add("slow");
    await waitForTask(
      dwld.client,
      slow,
      ({ state, progress }) => state === TaskState.DOWNLOADING && progress !== undefined,
      patienceMs,
    );

    const file = fresh();
    const { states } = await said(dwld, "backup", file);
    assert.deepEqual([states["DONE"], states["READY_TO_SEND"], states["DOWNLOADING"]], [1, 2, 1]);

    await server.comeBack();
    const later = await add("later");
    for (const id of [waits, moved, slow, later]) await waitForTask(dwld.client, id, TaskState.DONE, patienceMs);
    // Somebody takes one of the videos away from the server.
    const delivered = (await readdir(server.root, { recursive: true })).filter((name) => name.includes("moved"));
    assert.equal(delivered.length, 1);
    await rm(join(server.root, delivered[0] ?? ""));

    await stopAll(dwld, apps);
    const { keptAside, tasks } = await said(dwld, "restore", file);
    assert.equal(tasks, 4);
    for (const app of apps) await dwld.restart(app);

    // Three tasks: one was in work, one waits for a delivery that happened meanwhile, one has its files nowhere any more.
    for (const id of [slow, waits, done]) await waitForTask(dwld.client, id, TaskState.DONE, patienceMs);
    const { failure } = await waitForTask(dwld.client, moved, TaskState.FAILED, patienceMs);
    assert.match(failure?.message ?? "", /is gone/);
    await assert.rejects(
      dwld.client.getTask({ id: later }),
      (error) => ConnectError.from(error).code === Code.NotFound,
    );
    await dwld.client.retryTask({ id: moved });
    await waitForTask(dwld.client, moved, TaskState.DONE, patienceMs);
    const aside = await openDatabase({ path: keptAside ?? "" });
    assert.equal((await countTasks(aside, "all")).DONE, 5);
    await aside.close();
  },
);

test("restore: replaces a damaged table by a backup or an empty one, and keeps it aside", async (t) => {
  const dwld = await startDwld({ apps: ["api"], cleanup: t });
  const { task } = await dwld.client.addTask({ link: "https://videos.example/1" });
  const file = fresh();
  await said(dwld, "backup", file);
  const path = join(dwld.data, "dwld.sqlite");
  for (const [given, found] of [
    [file, task?.id],
    ["--empty", undefined],
  ] as const) {
    await stopAll(dwld, ["api"]);
    await writeFile(path, "Dear diary, ".repeat(1000));
    await assert.rejects(dwld.restart("api"), /is not an intact SQLite database.*`dwld restore BACKUP`/);
    const { keptAside } = await said(dwld, "restore", given);
    assert.equal(statSync(keptAside ?? "").size, 12_000);
    await dwld.restart("api");
    const { tasks } = await dwld.client.listTasks({});
    assert.deepEqual(
      tasks.map(({ id }) => id),
      found === undefined ? [] : [found],
    );
  }
});

test("restore: refused while dwld runs, with the process to stop", async () => {
  const file = fresh();
  await said(running, "backup", file);
  const { status, stderr, stdout } = await run(running, "restore", file);
  assert.deepEqual([status, stdout], [1, ""]);
  assert.match(
    stderr,
    new RegExp(`^dwld restore: .* is in use by process ${running.processId("api")}: stop all of dwld`),
  );
  await running.client.addTask({ link: "https://videos.example/1" });
});

test("backup, restore: each failure has its exit status and says what to do", async () => {
  const file = fresh();
  assert.match(
    (await run(running, "backup", file)).stdout,
    /backup \d+: .*dwld\.sqlite with \d+ tasks.*, [\d.]+ [kM]B, found intact\n$/,
  );
  const again = await run(running, "backup", file);
  assert.equal(again.status, 1);
  assert.match(again.stderr, /is there already, and nothing is overwritten: name another file/);
  const wrong: [string, ...string[]][] = [
    ["backup"],
    ["backup", "a", "b"],
    ["backup", "--empty"],
    ["restore"],
    ["restore", file, "--empty"],
  ];
  for (const words of wrong) assert.equal((await run(running, ...words)).status, 2, words.join(" "));
  const configurationFile = join(folder, "wrong.yaml");
  await writeFile(configurationFile, "worker: { parallel: 0 }");
  assert.equal((await run({ configurationFile }, "backup", fresh())).status, 78);
});

test("backup: a full disk is reported, and nothing is left there", async (t: TestContext) => {
  try {
    await using disk = await mountSmallDisk(1);
    await disk.fill(100_000);
    const file = join(disk.path, "backup");
    const { status, stderr } = await run(running, "backup", file);
    assert.equal(status, 1);
    assert.match(stderr, /the copy cannot be written into .*: is the disk full\?/);
    assert.ok(!existsSync(file));
    assert.deepEqual(
      readdirSync(dirname(file)).filter((name) => name.includes(basename(file))),
      [],
    );
  } catch (error) {
    if (!(error instanceof MountError)) throw error;
    t.skip(error.message);
  }
});
