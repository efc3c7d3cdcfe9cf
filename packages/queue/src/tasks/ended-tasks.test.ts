import assert from "node:assert/strict";
import { test } from "node:test";
import { hourMs } from "@dwld/timing";
import { giveUpDelivery } from "../remote-files/give-up-delivery.ts";
import { startAttempt } from "../attempts/attempt.ts";
import { releaseLease } from "../leases/end-lease.ts";
import { settleDelivery } from "../runner/settle-delivery.ts";
import { settleDownload } from "../runner/settle-download.ts";
import { backUpDatabase } from "../store/whole-table.ts";
import type { Database } from "../store/database.ts";
import {
  addedTask,
  claimed,
  deliverDue,
  downloadedTask,
  file,
  freshDatabase,
  freshFile,
  freshPath,
  openedDatabase,
  request,
  sumOf,
} from "../testing/fresh-database.ts";
import { type Ended, putEnded } from "../testing/put-ended.ts";
import { cancelTask, deleteTask, retryTask } from "./cancel-task.ts";
import { cleanHistory } from "./clean-history.ts";
import { endedQuery, endedTasks, type Hours } from "./ended-tasks.ts";
import { testHost } from "../testing/test-host.ts";
import { importTasks } from "./import-tasks.ts";
import type { Scope } from "../access/scope.ts";

const failure = { failureClass: "network", message: "m", advice: { en: "a" } };

async function counts(database: Database, scope: Scope = "all", hours: Hours = { first: 0, end: 99 }) {
  const pages = await Array.fromAsync(endedTasks(database, scope, hours, new AbortController().signal));
  return pages
    .flat()
    .map(({ hour, chat_id, site, failure_class, tasks, bytes }) =>
      [hour, chat_id, site.replace(".example", ""), failure_class || "arrived", tasks, bytes].join(" "),
    );
}

/** "class stage user tasks milliseconds" of each row. */
async function details(database: Database): Promise<string[]> {
  const rows = await Array.fromAsync(endedTasks(database, "all", { first: 0, end: 99 }, new AbortController().signal));
  return rows
    .flat()
    .map(({ failure_class, stage, user_name, tasks, duration_ms }) =>
      [failure_class || "arrived", stage, user_name, tasks, duration_ms].join(" "),
    );
}

test("ended tasks: one that failed, was retried and arrived is a failure and an arrival, each in its hour, and stays so when it is forgotten", async (t) => {
  const database = await freshFile(t);
  const { id } = await addedTask(database);
  await settleDownload(database, await claimed(database), { outcome: "failed", failure, retryAt: 5 }, 2);
  await settleDownload(
    database,
    await claimed(database, "download", 6),
    { outcome: "failed", failure, retryAt: null },
    hourMs,
  );
  await retryTask(database, { id, scope: "all" }, hourMs);
  const files = [file, { ...file, name: "video.srt", localPath: "/downloads/video.srt", sizeBytes: 5 }];
  const outcome = { outcome: "downloaded", files, media: {}, host: "here" } as const;
  await settleDownload(database, await claimed(database, "download", hourMs), outcome, hourMs);
  await deliverDue(database, 3 * hourMs - 1);
  await downloadedTask(database);
  await deliverDue(database, 3 * hourMs - 1);
  const expected = ["1 chat videos network 1 0", "2 chat videos arrived 2 25"];
  assert.deepEqual(await counts(database), expected);
  await deleteTask(database, { id, scope: "all" }, true, 4 * hourMs);
  assert.equal(sumOf(await cleanHistory(database, { scope: "all", states: [] }, 4 * hourMs)), 1);
  assert.deepEqual(await counts(database), expected);

  const path = await freshPath(t);
  await backUpDatabase(database.location, path);
  assert.deepEqual(await counts(await openedDatabase(t, { path })), expected, "a backup has them");
});

test("ended tasks: one that is canceled, imported, or a playlist that became tasks is not counted; one that nobody delivers is a failure", async (t) => {
  const database = await freshDatabase(t);
  const { id } = await addedTask(database);
  const lost = await claimed(database);
  await cancelTask(database, { id, scope: "all" }, 2);
  assert.equal(await settleDownload(database, lost, { outcome: "failed", failure, retryAt: null }, 3), "lost");
  await releaseLease(database, lost);
  await importTasks(database, [{ key: "1", request: request(), over: {} }], 3);
  await addedTask(database, { chatId: "list" });
  const entries = [{ link: "https://tube.example/1", title: "" }];
  const expanded = { outcome: "expanded", title: "list", entries, sites: {} } as const;
  await settleDownload(database, await claimed(database), expanded, 3);
  assert.deepEqual(await counts(database), []);
  await settleDownload(database, await claimed(database), { outcome: "failed", failure, retryAt: null }, 4);
  await downloadedTask(database, { chatId: "given up" });
  await giveUpDelivery(database, 99, { ...failure, failureClass: "delivery" }, 5);
  await addedTask(database, { chatId: "page" });
  await settleDownload(database, await claimed(database), { outcome: "failed", failure, retryAt: null }, 6);
  assert.deepEqual(await counts(database), [
    "0 given up videos delivery 1 0",
    "0 list tube network 1 0",
    "0 page videos network 1 0",
  ]);
  const last = await downloadedTask(database, { chatId: "sent" });
  const lease = await claimed(database, "delivery");
  await settleDelivery(database, lease, { outcome: "failed", failure, retryAt: null }, 7);
  assert.deepEqual(await counts(database, ["sent"]), ["0 sent videos network 1 0"]);
  await retryTask(database, { id: last.id, scope: "all" }, 8);
  await deliverDue(database, 9);
  assert.deepEqual(await counts(database, ["sent"]), ["0 sent videos arrived 1 10", "0 sent videos network 1 0"]);
});

test("ended tasks: each has its user, the stage of its last attempt, and the time since the first of its round", async (t) => {
  const database = await freshDatabase(t);
  const { id } = await addedTask(database, { userName: "ann" });
  const attempt = async (stage: string, now: number, retryAt: number | null) => {
    const lease = await claimed(database, "download", now);
    await startAttempt(database, lease, { host: "here", stage, ytdlpVersion: "1" }, now);
    await settleDownload(database, lease, { outcome: "failed", failure, retryAt }, now + 3);
  };
  await attempt("plain", 10, 20);
  await attempt("cookies", 20, null);
  assert.deepEqual(await details(database), ["network cookies ann 1 13"]);
  await retryTask(database, { id, scope: "all" }, 30);
  await attempt("plain", 40, null);
  await addedTask(database, { userName: "bob", link: "https://videos.example/bob" });
  const lease = await claimed(database, "download", 50);
  await startAttempt(database, lease, { host: "here", stage: "plain", ytdlpVersion: "1" }, 50);
  const outcome = { outcome: "downloaded", files: [file], media: {}, host: testHost.name } as const;
  await settleDownload(database, lease, outcome, 60);
  await deliverDue(database, 90);
  assert.deepEqual(await details(database), [
    "arrived plain bob 1 40",
    "network cookies ann 1 13",
    "network plain ann 1 3",
  ]);
  // A clock that was set back meanwhile makes no time negative.
  await addedTask(database, { userName: "eve", chatId: "later" });
  const late = await claimed(database, "download", 99);
  await startAttempt(database, late, { host: "here", stage: "plain", ytdlpVersion: "1" }, 99);
  await settleDownload(database, late, { outcome: "failed", failure, retryAt: null }, 1);
  assert.equal((await details(database)).at(-1), "network plain eve 1 0");
});

test("ended tasks: a chat with 200 rows in an hour names no further user there, and loses no task", async (t) => {
  const database = await freshDatabase(t);
  await putEnded(
    database,
    Array.from({ length: 199 }, (_, index): Ended => [0, "chat", "tube", "", 1, 0, "plain", `user ${index}`]),
  );
  const fail = async (userName: string, now: number, chatId = "chat") => {
    await addedTask(database, { userName, chatId });
    const lease = await claimed(database, "download", now);
    await settleDownload(database, lease, { outcome: "failed", failure, retryAt: null }, now);
  };
  await fail("the last one with a name", 1);
  await fail("one without", 1);
  await fail("another", 1);
  await fail("of another chat", 1, "other");
  await fail("of the next hour", hourMs);
  const failed = (await details(database)).filter((line) => line.startsWith("network"));
  assert.deepEqual(failed, [
    "network  / 2 0",
    "network  the last one with a name 1 0",
    "network  of another chat 1 0",
    "network  of the next hour 1 0",
  ]);
});

test("ended tasks: those of a range are told whole and once, however many, and those of a scope alone", async (t) => {
  const database = await freshDatabase(t);
  const rows: Ended[] = [];
  for (let hour = 0; hour < 15; hour += 1)
    for (const chat of ["", "a", "b"])
      for (let site = 0; site < 100; site += 1) rows.push([hour, chat, `site${site}`, "", 1, 2]);
  await putEnded(database, rows);
  const hours = { first: 3, end: 12 };
  const all = await counts(database, "all", hours);
  assert.equal(all.length, 9 * 3 * 100);
  assert.equal(new Set(all).size, all.length);
  assert.deepEqual([...new Set(all.map((row) => Number.parseInt(row, 10)))], [3, 4, 5, 6, 7, 8, 9, 10, 11]);
  const own = await counts(database, ["a", "none"], hours);
  assert.deepEqual(
    own,
    all.filter((row) => row.split(" ")[1] === "a"),
  );
});

test("ended tasks: they are read in the order of their key, from the first hour to the last", async (t) => {
  const database = await freshFile(t);
  const start = { hour: 1, chat_id: "", site: "", failure_class: "", stage: "", user_name: "" };
  assert.deepEqual(await database.engine.explain(endedQuery(start, 9)), [
    "SEARCH ended_tasks USING PRIMARY KEY ((hour,chat_id,site,failure_class,stage,user_name)>(?,?,?,?,?,?) AND hour<?)",
  ]);
});
