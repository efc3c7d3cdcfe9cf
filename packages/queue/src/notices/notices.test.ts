import assert from "node:assert/strict";
import { test } from "node:test";
import { dayMs } from "@dwld/timing";
import { query } from "../store/database.ts";
import type { NoticeRow } from "../store/schema-of-notices.ts";
import { addedTask, claimed, freshDatabase, openedAgain } from "../testing/fresh-database.ts";
import { settleDownload } from "../runner/settle-download.ts";
import { concludeNotices, type Conclusion, listNotices } from "./notices.ts";
import { arrivalsBetween } from "./operator-facts.ts";

const row: NoticeRow = {
  ...{ kind: "disk", subject: "nas", texts: '{"en":"full"}', since: 1, absent_since: null, told_at: 5, ended_at: null },
  times: 1,
};

/** Tells a trouble that is not told yet. */
function tellOnce(known: readonly NoticeRow[]): Conclusion {
  if (known.length > 0) return { rows: [], forgotten: [], messages: [] };
  return { rows: [row], forgotten: [], messages: [{ lane: "email a@b", notice: "{}" }] };
}

test("notices: of several processes that see the same, one tells it", async (t) => {
  const database = await freshDatabase(t);
  const others = [database, await openedAgain(t, database), await openedAgain(t, database)];
  const told = await Promise.all(others.map((each) => concludeNotices(each, tellOnce, 9)));
  assert.equal(told.filter(({ messages }) => messages.length > 0).length, 1);
  assert.deepEqual(await listNotices(database), [row]);
  assert.equal((await database.all(query.selectFrom("outbox").selectAll())).length, 1);
  await concludeNotices(database, () => ({ rows: [{ ...row, ended_at: 9 }], forgotten: [], messages: [] }), 9);
  assert.deepEqual(await listNotices(database), [{ ...row, ended_at: 9 }]);
  await concludeNotices(database, () => ({ rows: [], forgotten: [row], messages: [] }), 9);
  assert.deepEqual(await listNotices(database), []);
});

test("notices: what arrived in a week, what failed if nothing did, and whether somebody waits for longer", async (t) => {
  const database = await freshDatabase(t);
  const now = 100 * dayMs;
  const week = now - 7 * dayMs;
  assert.deepEqual(await arrivalsBetween(database, week, now), { some: false, failed: new Map(), waits: false });
  // Young, or waits for a start of its own.
  await addedTask(database, {}, now - dayMs);
  await addedTask(database, { startAfter: now + dayMs }, now - 10 * dayMs);
  assert.equal((await arrivalsBetween(database, week, now)).waits, false);
  await addedTask(database, {}, now - 8 * dayMs);
  assert.equal((await arrivalsBetween(database, week, now)).waits, true);
  const lease = await claimed(database);
  const failure = { failureClass: "gone", message: "m", advice: { en: "a" } };
  await settleDownload(database, lease, { outcome: "failed", failure, retryAt: null }, now);
  assert.deepEqual((await arrivalsBetween(database, week, now)).failed, new Map([["gone", 1]]));
});
