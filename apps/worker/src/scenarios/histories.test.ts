import assert from "node:assert/strict";
import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test, type TestContext } from "node:test";
import { createLogger, parseConfiguration } from "@dwld/daemon";
import { openProgressCache } from "@dwld/progress";
import {
  addTask,
  attemptsOf,
  claimTask,
  findSite,
  findTask,
  nextDueTime,
  openDatabase,
  listTasks,
  parseOptions,
  type TaskOptions,
} from "@dwld/queue";
import { makeVideo } from "@dwld/testbed";
import { createCookieStore } from "../cookies/cookie-store.ts";
import { downloadTask } from "../download-task.ts";
import { createStageFinder } from "../stage/find-stages.ts";
import type { WorkerContext } from "../worker-context.ts";
import { createYtdlpCommands } from "../ytdlp/ytdlp-commands.ts";
import type { ScriptedStep } from "./fixtures/scripted-ytdlp.ts";

/** Whole histories of a task: a real program in yt-dlp's place does what it is told, and the clock is handed in. */

const minuteMs = 60_000;
const startMs = 1_800_000_000_000;
const program = join(import.meta.dirname, "fixtures/scripted-ytdlp.ts");
const options = parseOptions({ options: "{}" });

const robot = "ERROR: [youtube] abc: Sign in to confirm you’re not a bot. Use --cookies-from-browser or --cookies";
const gone = "ERROR: [youtube] abc: Video unavailable. This video has been removed by the uploader";
const refused = "ERROR: unable to download video data: HTTP Error 403: Forbidden";
const unreachable =
  "ERROR: [youtube] abc: Unable to download API page: <urlopen error [Errno 111] Connection refused> (caused by URLError(ConnectionRefusedError(111, 'Connection refused')))";
const fails = (line: string): ScriptedStep => ({ says: [line], exits: 1 });

async function bench(context: TestContext, plan: ScriptedStep[]) {
  const folder = await mkdtemp(join(tmpdir(), "dwld-history-"));
  const cookies = join(folder, "cookies.txt");
  await mkdir(join(folder, "plan"));
  await writeFile(join(folder, "plan/plan.json"), JSON.stringify(plan));
  await writeFile(cookies, "# Netscape HTTP Cookie File\n.youtube.com\tTRUE\t/\tTRUE\t2000000000\tSID\tsecret\n");
  await chmod(cookies, 0o600);
  const settings = {
    data: folder,
    worker: { allowPrivateHosts: true, ytdlp: { command: [process.execPath, program, join(folder, "plan")] } },
    stages: { plain: {}, other: { client: "tv" }, account: { cookies } },
    sites: { youtube: { hosts: ["youtube.com"], stages: ["plain", "other", "account"], startIntervalSeconds: 0 } },
  };
  const configuration = parseConfiguration(JSON.stringify(settings), { file: join(folder, "dwld.yaml") });
  const database = await openDatabase(configuration.database.path);
  const cache = openProgressCache([]);
  const logger = createLogger({ level: "error", app: "worker" });
  const clock = { nowMs: startMs };
  const now = () => clock.nowMs;
  const environment = { PATH: process.env["PATH"] ?? "" };
  const onError = (error: unknown) => assert.fail(String(error));
  const ytdlps = createYtdlpCommands(configuration.worker.ytdlp.commands, {
    environment,
    now,
    onUnusable: (_name, error) => assert.fail(error.message),
    onError,
  });
  context.after(async () => {
    cache.close();
    await database.close();
    await rm(folder, { recursive: true });
  });
  const capabilities = (name?: string) => ytdlps.choose(name);
  const store = createCookieStore(database, configuration.stages, { logger, now, onTrouble: () => undefined });
  const parts = { configuration, database, cache, logger, capabilities, cookies: store, environment, now };
  const worker: WorkerContext = {
    ...parts,
    stages: createStageFinder(parts),
    egressProxy: undefined,
    host: "here",
    random: () => 1,
  };
  return { worker, clock, database, folder };
}

type Bench = Awaited<ReturnType<typeof bench>>;

async function add({ database, clock }: Bench, name: string, wishes: Partial<TaskOptions> = {}): Promise<string> {
  const asked = { ...options, ...wishes };
  const request = { site: "youtube", chatId: "", userName: "", folder: "", targetQuality: 0, options: asked };
  const link = `https://www.youtube.com/watch?v=${name}`;
  return (await addTask(database, { ...request, link }, clock.nowMs)).task.id;
}

/** One turn of a worker: the time moves on to the moment at which something is due. Undefined where nothing is left. */
async function turn({ worker, database, clock }: Bench): Promise<string | undefined> {
  const claim = () => claimTask(database, "download", { processId: "w", defaultSiteParallel: 1 }, clock.nowMs);
  let lease = await claim();
  while (lease === undefined) {
    const next = nextDueTime(database, clock.nowMs);
    if (next === undefined) return undefined;
    clock.nowMs = next;
    lease = await claim();
  }
  const never = new AbortController().signal;
  await downloadTask(worker, { lease, signal: never, finish: never });
  return lease.task.id;
}

/** Until nothing is due any more; when each attempt began, in minutes, and by which stage. */
async function play(on: Bench, id: string) {
  while ((await turn(on)) !== undefined);
  const task = findTask(on.database, id);
  assert.ok(task);
  const attempts = attemptsOf(on.database, task.seq).map(({ stage, started_at }) => ({
    stage,
    atMinute: Math.round((started_at - startMs) / minuteMs),
  }));
  return { task, attempts, stages: attempts.map(({ stage }) => stage) };
}

test("a video that was removed costs one attempt, and the sentence says so", async (context) => {
  const on = await bench(context, [fails(gone), fails(gone)]);
  const { task, stages } = await play(on, await add(on, "a"));
  assert.deepEqual(stages, ["plain"]);
  assert.equal(task.state, "FAILED");
  assert.equal(task.failure_class, "gone");
  assert.match(task.failure_advice ?? "", /removed/);
});

test("of a channel all tabs are listed, up to the limit, and what their dates leave out does not count", async (context) => {
  const tab = (name: string) => ({ url: `https://www.youtube.com/@a/${name}`, ie_key: "YoutubeTab" });
  const video = (id: string, upload_date: string) => ({
    url: `https://www.youtube.com/watch?v=${id}`,
    ie_key: "Youtube",
    title: id,
    playlist_title: "The channel",
    upload_date,
  });
  const on = await bench(context, [
    { lists: [tab("videos"), tab("shorts"), tab("streams")] },
    { lists: [video("one", "20250101"), video("old", "20200101")] },
    { lists: [video("two", "20250102"), video("three", "20250103")] },
    { lists: [video("never-asked", "20250104")] },
  ]);
  const wishes = { playlist: true, playlistLimit: 3, uploadedAfter: "2024-01-01" };
  const id = await add(on, "channel", wishes);
  await turn(on);
  const task = findTask(on.database, id);
  assert.deepEqual([task?.state, task?.title, task?.child_count], ["DONE", "The channel", 3]);
  const entries = listTasks(on.database, { states: [], parentId: id }, { limit: 10 });
  assert.deepEqual(
    entries.map(({ title }) => title),
    ["three", "two", "one"],
  );
  assert.equal(parseOptions(entries[0] ?? { options: "{}" }).uploadedAfter, "2024-01-01");
  const runs = (await readFile(join(on.folder, "plan/runs.jsonl"), "utf8")).trim().split("\n");
  assert.equal(runs.length, 3);
  for (const run of runs) assert.match(run, /youtubetab:approximate_date/);
});

test("a playlist without an entry of these days says so", async (context) => {
  const lists = [{ url: "https://www.youtube.com/watch?v=old", ie_key: "Youtube", upload_date: "20200101" }];
  const on = await bench(context, [{ lists }]);
  const { task } = await play(on, await add(on, "list", { playlist: true, uploadedAfter: "2024-01-01" }));
  assert.deepEqual([task.state, task.failure_class], ["FAILED", "filtered"]);
  assert.match(task.failure_message ?? "", /no entry was uploaded within the days .*left out: 1$/);
});

test("a bot check rests the site, and then the account is tried, which helps", async (context) => {
  const video = await makeVideo({ seed: "history-1", seconds: 1 });
  const delivers = { video, width: 160, height: 90, offered: [[160, 90]] as [number, number][] };
  const on = await bench(context, [fails(robot), { delivers }]);
  const { task, attempts } = await play(on, await add(on, "a"));
  assert.equal(task.state, "DONE");
  assert.deepEqual(
    attempts.map(({ stage }) => stage),
    ["plain", "account"],
  );
  const rest = attempts[1]?.atMinute ?? 0;
  assert.ok(rest >= 30 && rest <= 33, `it rested for ${rest} minutes`);
  const runs = (await readFile(join(on.folder, "plan/runs.jsonl"), "utf8")).split("\n");
  assert.doesNotMatch(runs[0] ?? "", /--cookies=/);
  assert.match(runs[1] ?? "", /--cookies=/);
});

test("twenty links of a site that sees a robot cost one attempt a pause", async (context) => {
  const on = await bench(
    context,
    Array.from({ length: 10 }, () => fails(robot)),
  );
  for (let index = 0; index < 20; index += 1) await add(on, `v${index}`);
  for (let pause = 0; pause < 4; pause += 1) {
    await turn(on);
    const site = findSite(on.database, "youtube");
    assert.equal(site?.pause_level, pause + 1);
    assert.ok((site?.paused_until ?? 0) > on.clock.nowMs);
  }
  const runs = (await readFile(join(on.folder, "plan/runs.jsonl"), "utf8")).trim().split("\n");
  assert.equal(runs.length, 4);
});

test("a file that is refused is asked for afresh, and then by another client", async (context) => {
  const video = await makeVideo({ seed: "history-2", seconds: 1 });
  const delivers = { video, width: 160, height: 90, offered: [] };
  const on = await bench(context, [fails(refused), fails(refused), { delivers }]);
  const { task, stages } = await play(on, await add(on, "a"));
  assert.deepEqual(stages, ["plain", "plain", "other"]);
  assert.equal(task.state, "DONE");
});

test("a site that is away heals in the same stage", async (context) => {
  const video = await makeVideo({ seed: "history-3", seconds: 1 });
  const delivers = { video, width: 160, height: 90, offered: [] };
  const on = await bench(context, [fails(unreachable), fails(unreachable), { delivers }]);
  const { task, stages } = await play(on, await add(on, "a"));
  assert.deepEqual(stages, ["plain", "plain", "plain"]);
  assert.equal(task.state, "DONE");
});

test("less than the site offers is tried for once more, and the better of the two is delivered with a remark", async (context) => {
  const small = await makeVideo({ seed: "history-4", seconds: 1, width: 160, height: 90 });
  const offered: [number, number][] = [
    [160, 90],
    [1920, 1080],
  ];
  const poor = { video: small, width: 160, height: 90, offered };
  const on = await bench(context, [{ delivers: poor }, fails(unreachable)]);
  const { task, stages } = await play(on, await add(on, "a"));
  assert.equal(stages.length, 2);
  assert.notEqual(stages[1], "plain");
  assert.equal(task.state, "DONE");
  assert.equal(task.remark, "It came in 90p, although the site offers 1080p.");
});

test("what worked last is tried first the next time", async (context) => {
  const video = await makeVideo({ seed: "history-5", seconds: 1 });
  const delivers = { video, width: 160, height: 90, offered: [] };
  const on = await bench(context, [fails(refused), fails(refused), { delivers }, { delivers }]);
  await play(on, await add(on, "a"));
  const { stages } = await play(on, await add(on, "b"));
  assert.deepEqual(stages, ["other"]);
});

test("an unknown failure is kept with its words, and tried by each stage once", async (context) => {
  const strange = "ERROR: [youtube] abc: The flux capacitor is misaligned";
  const on = await bench(
    context,
    Array.from({ length: 9 }, () => fails(strange)),
  );
  const { task, stages } = await play(on, await add(on, "a"));
  assert.equal(task.state, "FAILED");
  assert.equal(task.failure_class, "unknown");
  assert.match(task.failure_message ?? "", /flux capacitor/);
  assert.deepEqual([...new Set(stages)], ["plain", "other", "account"]);
});
