import assert from "node:assert/strict";
import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { it } from "node:test";
import { Code } from "@connectrpc/connect";
import { defaultOptions } from "@dwld/options";
import { addTask, cancelTask, type Database, deleteTask, listTasks, openDatabase, retryTask } from "@dwld/queue";
import { claimTask, settleDownload } from "@dwld/queue/testing";
import { TaskState } from "@dwld/rpc";
import { eventually, isThorough, startDwld } from "@dwld/testbed";
import type { Order, Pace, View } from "./testing/watchers.ts";

const watchers: Record<Pace, number> = { fast: 30, slow: 20, restless: 20 };
/** Watchers whose process is frozen: their connections stay, and nobody reads. */
const frozen = 20;
/** Changes at one a second: many more than a watcher may have pending. */
const minutes = isThorough ? 60 : 20;
const changes = minutes * 60;
const changesAtOnce = 40;
const patience = { deadlineMs: 120_000 };
/** All that Node may keep; if each change waited for each watcher, it would be gigabytes (measured: at most 100 are kept). */
const heapMegabytes = 192;

const claimant = { processId: "worker", defaultSiteParallel: 1000 };

/** Makes changes by the verbs of the queue: tasks are added, worked on, ended in each way, retried and deleted. */
async function makeChanges(database: Database): Promise<void> {
  const ids: string[] = [];
  let links = 0;
  const one = async (number: number): Promise<void> => {
    const now = Date.now();
    const id = ids[Math.floor(Math.random() * ids.length)] ?? "";
    switch (ids.length < 60 ? 0 : number % 24) {
      case 0: {
        const link = `https://videos.example/${++links}`;
        const request = { link, site: "s", chatId: "c", userName: "ann", folder: "", targetQuality: 0 };
        ids.push((await addTask(database, { ...request, options: defaultOptions }, now)).task.id);
        return;
      }
      case 1:
        await deleteTask(database, { id, scope: "all" }, false, now);
        return;
      case 2:
      case 3:
      case 4:
        await cancelTask(database, { id, scope: "all" }, now);
        return;
      case 5:
      case 6:
      case 7:
        await retryTask(database, { id, scope: "all" }, now);
        return;
      default: {
        const lease = await claimTask(database, "download", claimant, now);
        const outcome = { outcome: "expanded", title: `${now}`, entries: [], sites: {} } as const;
        if (lease !== undefined) await settleDownload(database, lease, outcome, now);
      }
    }
  };
  for (let made = 0; made < changes; made += changesAtOnce)
    await Promise.all(Array.from({ length: changesAtOnce }, (_, index) => one(made + index)));
}

/** A process of its own, whose clients are not the server's burden. */
async function startWatchers(order: Order): Promise<ChildProcess> {
  const child = fork(join(import.meta.dirname, "testing/watchers.ts"));
  await once(child, "message");
  child.send(order);
  return child;
}

async function report(child: ChildProcess): Promise<View[]> {
  child.send("report");
  const [views] = (await once(child, "message")) as [View[]];
  return views;
}

function describeViews(views: readonly View[], wrong: (view: View) => string[]): string {
  return views
    .filter((view) => wrong(view).length > 0)
    .map((view) => `${view.pace}: ${wrong(view).length} wrong after ${view.messages} messages, ${view.endedWith}`)
    .join("\n");
}

it(
  `many watchers: ${minutes} minutes of changes before 90 watchers, slow ones, frozen ones and ones that come and go: all see the end, in bounded memory`,
  { timeout: 400_000 },
  async (t) => {
    const dwld = await startDwld({
      apps: ["api"],
      environment: { NODE_OPTIONS: `--max-old-space-size=${heapMegabytes}` },
    });
    const children: ChildProcess[] = [];
    t.after(async () => {
      for (const child of children) child.kill("SIGKILL");
      await dwld.stop({ exitStatus: "any" });
    });
    const urls = { grpcUrl: `http://${dwld.addresses.grpc}`, httpUrl: `http://${dwld.addresses.http}` };
    const paces = Object.entries(watchers).flatMap(([pace, count]) => Array<Pace>(count).fill(pace as Pace));
    const [reading, still] = [
      await startWatchers({ ...urls, paces }),
      await startWatchers({ ...urls, paces: Array<Pace>(frozen).fill("fast") }),
    ];
    children.push(reading, still);
    for (const child of children)
      await eventually(
        "all have a snapshot",
        async () => (await report(child)).every(({ snapshots }) => snapshots > 0),
        patience,
      );
    still.kill("SIGSTOP");

    const database = await openDatabase(dwld.database);
    await makeChanges(database);
    const end = Object.fromEntries(
      (await listTasks(database, { scope: "all", states: [] }, { limit: changes })).map(({ id, state }) => [
        id,
        TaskState[state],
      ]),
    );
    await database.close();
    const wrong = ({ states }: View) =>
      [...new Set([...Object.keys(end), ...Object.keys(states)])].filter((id) => states[id] !== end[id]);
    let views: View[] = [];
    await eventually(
      "each sees every task as it is now",
      async () => {
        views = await report(reading);
        return views.every((view) => wrong(view).length === 0);
      },
      { ...patience, describe: () => describeViews(views, wrong) },
    );
    const by = (pace: Pace) => views.filter((view) => view.pace === pace);
    for (const pace of ["fast", "slow", "restless"] as const)
      t.diagnostic(`${pace}: ${by(pace).reduce((sum, { messages }) => sum + messages, 0)} messages`);
    assert.ok(views.every(({ endedWith }) => endedWith === undefined));
    assert.ok(by("fast").every(({ connections }) => connections === 1));
    assert.ok(by("restless").some(({ connections }) => connections > 3));

    dwld.signal("api", "SIGTERM");
    const { exitStatus } = await dwld.waitForEnd("api", 60_000);
    assert.equal(exitStatus, 0, dwld.output("api").slice(-2000));
    await eventually(
      "each is told that the server went",
      async () => (await report(reading)).every(({ endedWith }) => endedWith === Code.Unavailable),
      patience,
    );
  },
);
