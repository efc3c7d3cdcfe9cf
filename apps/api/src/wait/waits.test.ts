import assert from "node:assert/strict";
import { afterEach, beforeEach, describe, it } from "node:test";
import { timestampFromMs, timestampMs } from "@bufbuild/protobuf/wkt";
import { findSite, findTask, forgetHost, registerProcess, type RegisteredProcess, resumeSite } from "@dwld/queue";
import { claimTask, otherHost, settleDownload, testHost } from "@dwld/queue/testing";
import { FailureClass, type Task, type Wait, WaitReason, type WatchTasksResponse } from "@dwld/rpc";
import { eventually } from "@dwld/testbed";
import { connectInMemory, openContext, type OpenedContext } from "../testing/served-api.ts";

const claimant = { processId: "w", defaultSiteParallel: 1 };
const link = "https://videos.example/1";
const onError = (error: unknown): void => assert.fail(String(error));

const beatMs = 20;

/** More than the api keeps of who lives and of who is next. */
const forgottenMs = 1000;

describe("a task says for what it waits", () => {
  let opened: OpenedContext;
  let client: ReturnType<typeof connectInMemory>;
  let nowMs = Date.now();

  beforeEach(async () => {
    nowMs = Date.now();
    opened = await openContext({ now: () => nowMs });
    client = connectInMemory(opened);
  });

  afterEach(() => opened.close());

  async function startWorker(): Promise<RegisteredProcess> {
    const registered = await registerProcess(
      opened.context.database,
      { app: "worker", host: testHost, version: "1", pid: process.pid },
      { onError },
      { now: () => nowMs, intervalMs: beatMs },
    );
    nowMs += forgottenMs;
    return registered;
  }

  async function add(given: Parameters<typeof client.addTask>[0] = {}): Promise<Task> {
    const { task } = await client.addTask({ link, ...given });
    return task ?? assert.fail();
  }

  async function waitOf({ id }: Task): Promise<Wait> {
    const { task } = await client.getTask({ id });
    const listed = (await client.listTasks({ filter: { idPrefix: id } })).tasks[0];
    assert.deepEqual(listed?.wait, task?.wait, "a list tells the same");
    return task?.wait ?? assert.fail("it waits for nothing");
  }

  const words = ({ text }: Wait) => text.map((one) => `${one.languageCode}: ${one.text}`);

  async function failBotCheck(): Promise<void> {
    const lease = await claimTask(opened.context.database, "download", claimant, nowMs);
    assert.ok(lease);
    const failure = { failureClass: "bot_check", message: "m", advice: { en: "a" } };
    const site = { verdict: "pause", reason: "bot_check", baseMs: 60_000, maxMs: 60_000 } as const;
    await settleDownload(opened.context.database, lease, { outcome: "failed", failure, retryAt: nowMs, site }, nowMs);
  }

  it("without a worker: for one, in both languages, in the very answer to the add", async () => {
    const { wait } = await add();
    assert.equal(wait?.reason, WaitReason.WORKER);
    assert.deepEqual(words(wait), ["en: no worker is running", "ru: worker не запущен"]);
  });

  it("waits: for a start time, until then", async () => {
    const startMs = nowMs + 3_600_000;
    const { wait } = await add({ startAfter: timestampFromMs(startMs) });
    assert.equal(wait?.reason, WaitReason.START_TIME);
    assert.equal(wait.until === undefined ? 0 : timestampMs(wait.until), startMs);
  });

  it("waits: in its place in line, which moves on", async () => {
    const worker = await startWorker();
    const tasks = [];
    for (const path of ["a", "b", "c"]) tasks.push(await add({ link: `https://${path}.example/` }));
    assert.deepEqual(
      tasks.map(({ wait }) => [wait?.reason, wait?.placeInLine]),
      [1, 2, 3].map((place) => [WaitReason.PLACE, place]),
    );
    assert.deepEqual(words(tasks[2]?.wait ?? assert.fail()), ["en: it is 3rd in line", "ru: 3-я в очереди"]);
    await claimTask(opened.context.database, "download", claimant, nowMs);
    nowMs += forgottenMs;
    assert.equal((await waitOf(tasks[2] ?? assert.fail())).placeInLine, 2);
    await worker.close();
  });

  it("waits: a task that is claimed while it is described was the next in line", async () => {
    const worker = await startWorker();
    const { id } = await add();
    const database = opened.context.database;
    const row = (await findTask(database, id, "all")) ?? assert.fail();
    const site = (await findSite(database, row.site)) ?? assert.fail();
    await claimTask(database, "download", claimant, nowMs);
    nowMs += forgottenMs;
    const waitOfRow = await opened.context.waits.begin([row], [site]);
    assert.deepEqual(waitOfRow(row), { reason: "place", placeInLine: 1 });
    await worker.close();
  });

  it("waits: for its site's other links", async () => {
    const worker = await startWorker();
    await add();
    await claimTask(opened.context.database, "download", claimant, nowMs);
    const { wait } = await add({ link: "https://videos.example/2" });
    assert.equal(wait?.reason, WaitReason.SITE_LIMIT);
    assert.match(words(wait).join(), /other links of videos\.example are downloaded first/);
    await worker.close();
  });

  it("waits: for the pause of its site and the class behind it, until the pause ends and not until its own time", async () => {
    const worker = await startWorker();
    const first = await add();
    const second = await add({ link: "https://videos.example/2" });
    await failBotCheck();
    nowMs += 1;
    const { sites } = await client.listSites({});
    for (const task of [first, second]) {
      const wait = await waitOf(task);
      assert.deepEqual([wait.reason, wait.failureClass], [WaitReason.SITE_PAUSED, FailureClass.BOT_CHECK]);
      assert.deepEqual(wait.until, sites[0]?.pausedUntil);
      assert.equal(words(wait)[0], "en: videos.example is paused: it takes us for a robot");
    }
    await resumeSite(opened.context.database, "videos.example");
    assert.equal((await waitOf(second)).reason, WaitReason.PLACE);
    await worker.close();
  });

  it("waits: for room on the disk, and for a worker whose yt-dlp is gone", async () => {
    const registered = await startWorker();
    const task = await add();
    const becomes = (reason: WaitReason) =>
      eventually(`it waits for reason ${reason}`, async () => {
        nowMs += forgottenMs;
        return (await waitOf(task)).reason === reason;
      });
    registered.setTrouble("space", "the disk is full");
    await becomes(WaitReason.DISK_SPACE);
    registered.setTrouble("space", "");
    registered.setTrouble("yt-dlp", "it is gone");
    await becomes(WaitReason.WORKER);
    await registered.close();
  });

  it("waits: for a sender that reaches its files, as one does that shares the folder, even of a host that was declared gone", async () => {
    const { database } = opened.context;
    const register = async (name: string, shared: string) => {
      const self = { app: "ftp-sender", host: otherHost(name, shared), version: "1", pid: process.pid } as const;
      return await registerProcess(database, self, { onError }, { now: () => nowMs, intervalMs: beatMs });
    };
    await (await register("gone", "videos")).close();
    const alone = await register("alone", "");
    const task = await add();
    const lease = (await claimTask(database, "download", claimant, nowMs)) ?? assert.fail();
    const files = [{ name: "v.mp4", localPath: "/v.mp4", sizeBytes: 7, sha256: "" }];
    await settleDownload(database, lease, { outcome: "downloaded", files, media: {}, host: "gone" }, nowMs);
    assert.equal((await waitOf(task)).reason, WaitReason.SENDER);
    const sharer = await register("sharer", "videos");
    assert.deepEqual(await forgetHost(database, "gone", nowMs), { restarted: 0 });
    nowMs += forgottenMs;
    assert.equal((await waitOf(task)).reason, WaitReason.PLACE);
    for (const sender of [alone, sharer]) await sender.close();
  });

  it("waits: for nothing while it is in work, and once it is over", async () => {
    const { id } = await add();
    await claimTask(opened.context.database, "download", claimant, nowMs);
    assert.equal((await client.getTask({ id })).task?.wait, undefined);
    await client.cancelTask({ id });
    assert.equal((await client.getTask({ id })).task?.wait, undefined);
  });

  /** Reads until the task, the only one, is told to wait for a reason. Returns the revision that came with it. */
  function watch(sinceRevision = "") {
    const leave = new AbortController();
    const iterator = client.watchTasks({ sinceRevision }, { signal: leave.signal })[Symbol.asyncIterator]();
    const until = async (reason: WaitReason): Promise<string> => {
      for (;;) {
        const { value: message } = (await iterator.next()) as IteratorYieldResult<WatchTasksResponse>;
        const { event, revision } = message;
        if (event.case === "changed") assert.fail("no row changes");
        const wait =
          event.case === "snapshot" ? event.value.tasks[0]?.wait : event.case === "wait" ? event.value.wait : undefined;
        if (wait?.reason === reason) return revision;
      }
    };
    return { until, leave: () => leave.abort() };
  }

  it("waits: and says so to a watcher when the reason changes, although no row of it does", async () => {
    const registered = await startWorker();
    await add({ link: "https://videos.example/2" });
    const { until, leave } = watch();
    await until(WaitReason.PLACE);
    await registered.close();
    nowMs += forgottenMs;
    await until(WaitReason.WORKER);
    const again = await startWorker();
    await until(WaitReason.PLACE);
    await again.close();
    leave();
  });

  it("waits: and says so to a watcher when its time has come and no worker has a place for it", async () => {
    const registered = await startWorker();
    const soonMs = 10_000;
    await add({ startAfter: timestampFromMs(nowMs + soonMs) });
    const { until, leave } = watch();
    await until(WaitReason.START_TIME);
    nowMs += soonMs;
    await until(WaitReason.PLACE);
    leave();
    await registered.close();
  });

  it("waits: and says so to a watcher that was away when the reason changed", async () => {
    const registered = await startWorker();
    await add();
    const first = watch();
    const revision = await first.until(WaitReason.PLACE);
    first.leave();
    const other = watch();
    await other.until(WaitReason.PLACE);
    await registered.close();
    nowMs += forgottenMs;
    await other.until(WaitReason.WORKER);
    const second = watch(revision);
    await second.until(WaitReason.WORKER);
    second.leave();
    other.leave();
  });
});
