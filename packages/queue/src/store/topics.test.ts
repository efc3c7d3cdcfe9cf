import assert from "node:assert/strict";
import { test } from "node:test";
import { defaultOptions } from "@dwld/options";
import { endAttempt, noteProcessGroup, startAttempt } from "../attempts/attempt.ts";
import { noteFacts } from "../attempts/note-facts.ts";
import { makeDueIfFits } from "../attempts/required-space.ts";
import { beginWaitsAnew } from "../leases/clock-jump.ts";
import { releaseLease } from "../leases/end-lease.ts";
import { expireLeases, LeaseWatch } from "../leases/expire-lease.ts";
import { registerProcess } from "../leases/process-registry.ts";
import { settleDelivery } from "../runner/settle-delivery.ts";
import { settleDownload } from "../runner/settle-download.ts";
import { resumeSite } from "../sites/site-breaker.ts";
import { setSiteLimits } from "../sites/site-limits.ts";
import { cancelTask, deleteTask, retryTask } from "../tasks/cancel-task.ts";
import { cleanHistory } from "../tasks/clean-history.ts";
import { finishRecording } from "../tasks/finish-recording.ts";
import { addedTask, claimed, deliverFiles, downloadedTask, freshDatabase } from "../testing/fresh-database.ts";
import { type Database, query } from "./database.ts";
import { topics } from "./topics.ts";
import { testHost } from "../testing/test-host.ts";

const failure = { failureClass: "network", message: "m", advice: { en: "a" } };
const inMemory = { app: "worker", host: testHost, version: "1", pid: process.pid } as const;
const ready = { outcome: "downloaded", files: [], media: {}, host: "here" } as const;

/** A deed, and the topics of which it notifies. It may begin with a preparation, which is not looked at. */
const cases: [what: string, told: string, act: (database: Database) => Promise<() => Promise<unknown>>][] = [
  ["a new task", "downloads changes", async (database) => () => addedTask(database)],
  ["a claim", "changes", async (database) => (await addedTask(database), () => claimed(database))],
  [
    "the begin, the process group, the progress and the end of an attempt",
    "changes",
    async (database) => {
      await addedTask(database);
      const lease = await claimed(database);
      return async () => {
        const attempt = await startAttempt(database, lease, { host: "here", stage: "s", ytdlpVersion: "1" }, 1);
        assert(attempt !== undefined);
        await noteProcessGroup(database, attempt, { pid: 1, startTicks: 1, bootId: "" });
        await noteFacts(database, lease, { progress: {} });
        const result = { outcome: "succeeded", downloadedBytes: 1, stderrTail: "" } as const;
        await endAttempt(database, lease, { row: attempt, result }, 1);
      };
    },
  ],
  [
    "facts of a video",
    "changes",
    async (database) => {
      await addedTask(database);
      const lease = await claimed(database);
      return () => noteFacts(database, lease, { title: "t" });
    },
  ],
  [
    "the end of a download",
    "downloads deliveries changes",
    async (database) => {
      await addedTask(database);
      const lease = await claimed(database);
      return () => settleDownload(database, lease, ready, 1);
    },
  ],
  [
    "the failure of a download",
    "downloads ends changes",
    async (database) => {
      await addedTask(database);
      const lease = await claimed(database);
      return () => settleDownload(database, lease, { outcome: "failed", failure, retryAt: null }, 1);
    },
  ],
  [
    "the end of a delivery, which frees space",
    "downloads ends changes",
    async (database) => {
      await downloadedTask(database);
      const lease = await claimed(database, "delivery");
      await deliverFiles(database, lease);
      return () => settleDelivery(database, lease, { outcome: "delivered" }, 1);
    },
  ],
  [
    "a delivery that waits for another attempt",
    "downloads deliveries changes",
    async (database) => {
      await downloadedTask(database);
      const lease = await claimed(database, "delivery");
      return () => settleDelivery(database, lease, { outcome: "failed", failure, retryAt: 9 }, 1);
    },
  ],
  [
    "the cancel of a task in work",
    "downloads leases ends changes",
    async (database) => {
      const { id } = await addedTask(database);
      await claimed(database);
      return () => cancelTask(database, { id, scope: "all" }, 1);
    },
  ],
  [
    "the release of a canceled task",
    "ends changes",
    async (database) => {
      const { id } = await addedTask(database);
      const lease = await claimed(database);
      await cancelTask(database, { id, scope: "all" }, 1);
      return () => releaseLease(database, lease);
    },
  ],
  [
    "a retry",
    "downloads changes",
    async (database) => {
      const { id } = await addedTask(database);
      await cancelTask(database, { id, scope: "all" }, 1);
      return () => retryTask(database, { id, scope: "all" }, 1);
    },
  ],
  [
    "a deletion",
    "ends changes",
    async (database) => {
      const { id } = await addedTask(database);
      await cancelTask(database, { id, scope: "all" }, 1);
      return () => deleteTask(database, { id, scope: "all" }, false, 1);
    },
  ],
  [
    "cleaned history",
    "ends changes",
    async (database) => {
      await cancelTask(database, { id: (await addedTask(database)).id, scope: "all" }, 1);
      return () => cleanHistory(database, { scope: "all", states: [] }, 1);
    },
  ],
  [
    "the wish to end a recording",
    "leases changes",
    async (database) => {
      const { id } = await addedTask(database, { options: { ...defaultOptions, liveMode: "record" } });
      await claimed(database);
      return () => finishRecording(database, { id, scope: "all" }, 1);
    },
  ],
  [
    "leases of a process that is gone",
    "downloads deliveries leases ends changes",
    async (database) => {
      await addedTask(database);
      await claimed(database);
      return () => expireLeases(database, new LeaseWatch(), "own", 1);
    },
  ],
  [
    "space for a task that waits for it",
    "downloads changes",
    async (database) => {
      await addedTask(database);
      const short = { outcome: "failed", failure, retryAt: 9, requiredFreeBytes: 1 } as const;
      await settleDownload(database, await claimed(database), short, 1);
      return () => makeDueIfFits(database, 1, 1);
    },
  ],
  [
    "waits that begin anew",
    "downloads deliveries changes",
    async (database) => {
      await addedTask(database);
      const later = { outcome: "failed", failure, retryAt: 9e9 } as const;
      await settleDownload(database, await claimed(database), later, 8e9);
      return () => beginWaitsAnew(database, 1);
    },
  ],
  ["limits of sites", "downloads changes", async (database) => () => setSiteLimits(database, { a: { parallel: 2 } })],
  [
    "a pause that is ended by hand",
    "downloads changes",
    async (database) => (await addedTask(database, { site: "a" }), () => resumeSite(database, "a")),
  ],
  [
    "a process that comes",
    "downloads deliveries changes",
    async (database) => async () => {
      await (await registerProcess(database, inMemory, { onError: assert.ifError })).close();
    },
  ],
  [
    "a process that goes",
    "",
    async (database) => {
      const registered = await registerProcess(database, inMemory, { onError: assert.ifError });
      return () => registered.close();
    },
  ],
];

for (const [what, expected, act] of cases)
  test(`topics: ${what} notifies of ${expected.split(" ").join(", ") || "nothing"}`, async (t) => {
    const database = await freshDatabase(t);
    const begin = await act(database);
    const told = new Set<string>();
    const notify = database.notifier.notify.bind(database.notifier);
    Object.assign(database.notifier, {
      notify: (some: Parameters<typeof notify>[0]) => {
        for (const topic of some) told.add(topic);
        notify(some);
      },
    });
    const before = await readCounts(database);
    await begin();
    assert.deepEqual(
      topics.filter((topic) => told.has(topic)),
      topics.filter((topic) => expected.split(" ").includes(topic)),
    );
    const after = await readCounts(database);
    assert.deepEqual(
      topics.filter((topic) => after.get(topic) !== before.get(topic)),
      topics.filter((topic) => told.has(topic)),
      "a notification that is missed is found by its count",
    );
  });

async function readCounts(database: Database): Promise<Map<string, number>> {
  const counters = await database.all(query.selectFrom("counters").selectAll());
  return new Map(counters.map(({ name, value }) => [name, value]));
}
