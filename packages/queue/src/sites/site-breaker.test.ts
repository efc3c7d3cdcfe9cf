import assert from "node:assert/strict";
import { test } from "node:test";
import { minuteMs } from "@dwld/timing";
import { claimTask } from "../leases/claim-task.ts";
import type { Database } from "../store/database.ts";
import { addedTask, freshDatabase } from "../testing/fresh-database.ts";
import { findSite, judgeSite, listSites, resumeSite, type SiteVerdict } from "./site-breaker.ts";
import { setSiteLimits } from "./site-limits.ts";
import { settleDownload } from "../runner/settle-download.ts";

const closed = { pause_level: 0, paused_until: 0, login_walls: 0 };
const robot: SiteVerdict = { verdict: "pause", reason: "not a bot", baseMs: 30 * minuteMs, maxMs: 90 * minuteMs };
const failure = { failureClass: "bot_check", message: "not a bot", advice: { en: "later", ru: "по-русски" } };
const claimant = { processId: "p", defaultSiteParallel: 10 };

test("site breaker: each refusal in a row doubles the pause, up to the longest", () => {
  let breaker = closed;
  let now = 0;
  const pauses = [1, 2, 3, 4].map(() => {
    breaker = judgeSite(breaker, robot, now, 0);
    const pauseMs = breaker.paused_until - now;
    now = breaker.paused_until;
    return pauseMs / minuteMs;
  });
  assert.deepEqual(pauses, [30, 60, 90, 90]);
});

test("site breaker: a success closes it, so that the next pause is a first one again", () => {
  const open = judgeSite(judgeSite(closed, robot, 0, 0), robot, 30 * minuteMs, 0);
  assert.deepEqual(judgeSite(open, { verdict: "answers" }, 99 * minuteMs, 0), closed);
});

test("site breaker: refusals of tasks that ran already do not lengthen a pause, but a time that the site names does", () => {
  const open = judgeSite(closed, robot, 0, 0);
  assert.deepEqual(judgeSite(open, robot, minuteMs, 0), open);
  assert.equal(judgeSite(open, { ...robot, untilMs: 45 * minuteMs }, minuteMs, 0).paused_until, 45 * minuteMs);
});

test("site breaker: a time that the site names is believed once, and a refusal after it counts as any other", () => {
  const named = judgeSite(closed, { ...robot, untilMs: minuteMs }, 0, 0);
  assert.equal(named.paused_until, minuteMs);
  const again = judgeSite(named, { ...robot, untilMs: 2 * minuteMs }, minuteMs, 0);
  assert.equal(again.paused_until, 61 * minuteMs);
  assert.equal(judgeSite(named, { ...robot, untilMs: 90 * minuteMs }, minuteMs, 0).paused_until, 90 * minuteMs);
});

test("site breaker: one login wall is a private video, three in a row are the site's", () => {
  const wall: SiteVerdict = { verdict: "login_wall", reason: "log in", baseMs: 1000, maxMs: 9000 };
  const twice = judgeSite(judgeSite(closed, wall, 0, 0), wall, 0, 0);
  assert.equal(twice.paused_until, 0);
  assert.equal(judgeSite(twice, wall, 0, 0).paused_until, 1000);
});

async function fail(database: Database, now: number): Promise<void> {
  const lease = await claimTask(database, "download", claimant, now);
  assert.ok(lease);
  await settleDownload(database, lease, { outcome: "failed", failure, retryAt: now, site: robot }, now);
}

test("site breaker: a paused site is left alone while others go on, and twenty waiting tasks cost one probe a pause", async (context) => {
  const database = await freshDatabase(context);
  for (let index = 0; index < 20; index += 1) await addedTask(database, { site: "tube" });
  await addedTask(database, { site: "other" });
  let now = 1;
  await fail(database, now);
  const other = await claimTask(database, "download", claimant, now);
  assert.equal(other?.task.site, "other");
  assert.equal(await claimTask(database, "download", claimant, now), undefined);

  for (let pause = 1; pause <= 3; pause += 1) {
    now = (await findSite(database, "tube"))?.paused_until ?? 0;
    const probe = await claimTask(database, "download", claimant, now);
    assert.equal(probe?.task.site, "tube");
    assert.equal(await claimTask(database, "download", claimant, now), undefined, "one probe at a time");
    await settleDownload(database, probe, { outcome: "failed", failure, retryAt: now, site: robot }, now);
    assert.equal(await claimTask(database, "download", claimant, now), undefined, "and it is paused again");
  }
});

test("site breaker: the success of a probe opens the site for all", async (context) => {
  const database = await freshDatabase(context);
  for (let index = 0; index < 4; index += 1) await addedTask(database, { site: "tube" });
  await fail(database, 1);
  const now = (await findSite(database, "tube"))?.paused_until ?? 0;
  const probe = await claimTask(database, "download", claimant, now);
  assert.ok(probe);
  const outcome = { outcome: "downloaded", files: [], media: {}, host: "here" } as const;
  await settleDownload(database, probe, outcome, now);
  for (let index = 0; index < 3; index += 1) assert.ok(await claimTask(database, "download", claimant, now));
});

test("site breaker: a pause ended by hand is over at once, and an unknown site is refused", async (context) => {
  const database = await freshDatabase(context);
  await addedTask(database, { site: "tube" });
  await fail(database, 1);
  assert.equal(await claimTask(database, "download", claimant, 2), undefined);
  assert.equal(await resumeSite(database, "tube"), true);
  assert.ok(await claimTask(database, "download", claimant, 2));
  assert.equal(await resumeSite(database, "nowhere"), false);
  assert.deepEqual(
    (await listSites(database)).map(({ name }) => name),
    ["tube"],
  );
});

test("site limits: the interval between two starts is kept", async (context) => {
  const database = await freshDatabase(context);
  await setSiteLimits(database, { tube: { startIntervalMs: 5000 } });
  for (let index = 0; index < 2; index += 1) await addedTask(database, { site: "tube" });
  assert.ok(await claimTask(database, "download", claimant, 10_000));
  assert.equal(await claimTask(database, "download", claimant, 14_999), undefined);
  assert.ok(await claimTask(database, "download", claimant, 15_000));
});
