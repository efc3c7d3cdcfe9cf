import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { isThorough } from "@dwld/testbed";
import { settleDownload } from "../runner/settle-download.ts";
import { listSites } from "../sites/site-breaker.ts";
import { setSiteLimits } from "../sites/site-limits.ts";
import { addedTask, freshDatabase } from "../testing/fresh-database.ts";
import { randomFrom } from "../testing/random-from.ts";
import type { SiteRow } from "../store/schema.ts";
import { listTasks } from "../tasks/list-tasks.ts";
import { claimTask, type Lease } from "./claim-task.ts";
import { firstInLine } from "./waiting-line.ts";
import { type WaitFacts, type Wait, type WaitingTask, waitOf } from "./wait.ts";
import type { Troubles } from "./troubles.ts";

const now = 1000;
const due: WaitingTask = {
  seq: 1,
  state: "QUEUED",
  site: "tube",
  host: "here",
  not_before: null,
  failure_class: null,
  required_free_bytes: null,
  created_at: 5,
  updated_at: 5,
};
const ready: WaitingTask = { ...due, state: "READY_TO_SEND" };
const open = { name: "tube", due: 1, running: 0, parallel: null, paused_until: 0, paused_at: 0, pause_reason: "" };
const tube: SiteRow = { ...open, pause_level: 0, login_walls: 0, started_at: 0, start_interval_ms: 0 };
const paused: SiteRow = { ...tube, paused_until: 5000, pause_level: 1, pause_reason: "bot_check" };

const reaching = (name: string, troubles: Troubles = {}) => ({ troubles, reaches: (host: string) => host === name });
const isAway = reaching("here", { destination_away: "x" });

type Around = Partial<Omit<WaitFacts, "siteOf">> & { site?: SiteRow };

function around({ site = tube, ...given }: Around = {}): WaitFacts {
  return {
    nowMs: now,
    defaultSiteParallel: 1,
    siteOf: () => site,
    workers: [{}],
    senders: [reaching("here")],
    deliveredBy: "ftp-sender",
    placeOf: () => 3,
    ...given,
  };
}

describe("waits: the reason", () => {
  const cases: [what: string, task: Partial<WaitingTask>, around: Around, expected: Wait | undefined][] = [
    ["a due task is in line", {}, {}, { reason: "place", placeInLine: 3 }],
    ["a task in work waits for nothing", { state: "DOWNLOADING" }, {}, undefined],
    ["a task that is over waits for nothing", { state: "FAILED", not_before: 9000 }, {}, undefined],
    ["a start time", { not_before: 4000 }, {}, { reason: "start_time", untilMs: 4000 }],
    ["a start time that has passed is none", { not_before: 900 }, {}, { reason: "place", placeInLine: 3 }],
    ["the limit of a chat", { not_before: 4000, failure_class: "over_limit" }, {}, { reason: "limit", untilMs: 4000 }],
    ["a premiere", { not_before: 4000, failure_class: "not_started" }, {}, { reason: "start_time", untilMs: 4000 }],
    ["a start time, without a worker", { not_before: 4000 }, { workers: [] }, { reason: "start_time", untilMs: 4000 }],
    ["room made for another site", { not_before: 4000, updated_at: 800 }, {}, { reason: "yielded", untilMs: 4000 }],
    [
      "the next attempt",
      { not_before: 4000, failure_class: "network" },
      {},
      { reason: "next_attempt", untilMs: 4000, failureClass: "network" },
    ],
    [
      "a pause that ends before the next attempt",
      { not_before: 6000, failure_class: "network" },
      { site: paused },
      { reason: "next_attempt", untilMs: 6000, failureClass: "network" },
    ],
    [
      "a pause that ends after the next attempt",
      { not_before: 4000, failure_class: "rate_limited" },
      { site: paused },
      { reason: "site_paused", untilMs: 5000, failureClass: "bot_check" },
    ],
    [
      "a pause that ends after the start time",
      { not_before: 4000 },
      { site: paused },
      { reason: "site_paused", untilMs: 5000, failureClass: "bot_check" },
    ],
    ["a pause", {}, { site: paused }, { reason: "site_paused", untilMs: 5000, failureClass: "bot_check" }],
    [
      "a probe after a pause",
      {},
      { site: { ...paused, paused_until: 900, running: 1 } },
      { reason: "site_paused", failureClass: "bot_check" },
    ],
    ["the next probe", {}, { site: { ...paused, paused_until: 900 } }, { reason: "place", placeInLine: 3 }],
    ["the default limit of a site", {}, { site: { ...tube, running: 1 } }, { reason: "site_limit" }],
    ["a site's own limit", {}, { site: { ...tube, running: 2, parallel: 2 } }, { reason: "site_limit" }],
    [
      "the pause between two starts",
      {},
      { site: { ...tube, started_at: 800, start_interval_ms: 500 } },
      { reason: "site_limit", untilMs: 1300 },
    ],
    ["no worker", {}, { workers: [] }, { reason: "worker", runs: false }],
    ["no worker, and a pause", {}, { workers: [], site: paused }, { reason: "worker", runs: false }],
    ["a worker without yt-dlp", {}, { workers: [{ "yt-dlp": "is not there" }] }, { reason: "worker", runs: true }],
    [
      "two workers, one without yt-dlp, the other with a full disk",
      {},
      { workers: [{ "yt-dlp": "is not there" }, { space: "full" }] },
      { reason: "disk_space" },
    ],
    ["two workers, one without yt-dlp", {}, { workers: [{ "yt-dlp": "" }, {}] }, { reason: "place", placeInLine: 3 }],
    ["a full disk", {}, { workers: [{ space: "full" }] }, { reason: "disk_space" }],
    [
      "a full disk on one of two machines",
      {},
      { workers: [{ space: "full" }, {}] },
      { reason: "place", placeInLine: 3 },
    ],
    [
      "more room than there is",
      { not_before: 9e9, failure_class: "disk_full", required_free_bytes: 5 },
      {},
      { reason: "disk_space" },
    ],
  ];
  for (const [what, task, surroundings, expected] of cases)
    test(what, () => assert.deepEqual(waitOf({ ...due, ...task }, around(surroundings)), expected));

  const deliveries: typeof cases = [
    ["a delivery is in line", {}, {}, { reason: "place", placeInLine: undefined }],
    ["no sender", {}, { senders: [] }, { reason: "sender" }],
    [
      "no worker, with delivery off",
      {},
      { senders: [], workers: [], deliveredBy: "worker" },
      { reason: "worker", runs: false },
    ],
    ["a server that is away", {}, { senders: [isAway] }, { reason: "destination", isAway: true }],
    [
      "a server that the sender of the files' machine cannot reach, and another machine's can",
      {},
      { senders: [isAway, reaching("there")] },
      { reason: "destination", isAway: true },
    ],
    [
      "a server that another machine's sender cannot reach",
      {},
      {
        senders: [reaching("there", { destination_away: "x" }), reaching("here")],
      },
      { reason: "place", placeInLine: undefined },
    ],
    ["files of a machine without a sender", {}, { senders: [reaching("there")] }, { reason: "sender", host: "here" }],
    [
      "a server that refuses",
      {},
      { senders: [reaching("here", { destination_refuses: "x" })] },
      { reason: "destination", isAway: false },
    ],
    [
      "the next attempt to deliver",
      { not_before: 4000, failure_class: "delivery" },
      {},
      { reason: "next_attempt", untilMs: 4000, failureClass: "delivery" },
    ],
    [
      "a server that is away, while the next attempt is planned",
      { not_before: 4000, failure_class: "delivery" },
      { senders: [isAway] },
      { reason: "destination", isAway: true },
    ],
  ];
  for (const [what, task, surroundings, expected] of deliveries)
    test(what, () => assert.deepEqual(waitOf({ ...ready, ...task }, around(surroundings)), expected));
});

const seeds = isThorough ? [1, 2, 3] : [1];

for (const seed of seeds)
  test(`waits: they agree with the claim, seed ${seed}, which takes the first in line, and nothing if none is`, async (t) => {
    const random = randomFrom(seed);
    const database = await freshDatabase(t);
    await setSiteLimits(database, { a: { parallel: 2 }, b: { startIntervalMs: 400 }, c: {} });
    const claimant = { processId: "w", defaultSiteParallel: 1 };
    const held: Lease[] = [];
    let nowMs = 1000;
    let claims = 0;
    for (let step = 0; step < 300; step += 1) {
      nowMs += random(200);
      const site = ["a", "b", "c", "d"][random(4)] ?? "a";
      if (random(3) === 0)
        await addedTask(database, { site, ...(random(4) === 0 ? { startAfter: nowMs + 500 } : {}) }, nowMs);
      const lease = random(3) === 0 ? held.splice(random(held.length), 1)[0] : undefined;
      if (lease !== undefined) {
        const failure = { failureClass: "bot_check", message: "m", advice: { en: "a" } };
        const pause = { verdict: "pause", reason: "bot_check", baseMs: 600, maxMs: 2000 } as const;
        const outcomes = [
          { outcome: "downloaded", files: [], media: {}, host: "here" },
          { outcome: "failed", failure, retryAt: nowMs + random(400), site: pause },
          { outcome: "failed", failure, retryAt: null },
          { outcome: "interrupted" },
        ] as const;
        await settleDownload(database, lease, outcomes[random(4)] ?? outcomes[0], nowMs);
      }
      const places = new Map(
        (await firstInLine(database, { defaultSiteParallel: 1, now: nowMs })).map((seq, index) => [seq, index + 1]),
      );
      const sites = new Map((await listSites(database)).map((row) => [row.name, row]));
      const surroundings: WaitFacts = {
        ...around({ nowMs }),
        siteOf: (name) => sites.get(name),
        placeOf: ({ seq }) => places.get(seq),
      };
      const waits = new Map(
        (await listTasks(database, { scope: "all", states: ["QUEUED"] }, { limit: 500 })).map((row) => [
          row.seq,
          waitOf(row, surroundings),
        ]),
      );
      for (const wait of waits.values())
        if (wait !== undefined && "untilMs" in wait) assert.ok(wait.untilMs > nowMs, "no promise of what is past");
      const claimed = await claimTask(database, "download", claimant, nowMs);
      const inLine = [...waits.values()].filter((wait) => wait?.reason === "place");
      if (claimed === undefined) assert.deepEqual(inLine, []);
      else {
        claims += 1;
        const wait = waits.get(claimed.task.seq);
        assert.equal(wait?.reason, "place");
        // A task whose time has just come joins the line in the claim itself.
        assert.ok(wait.placeInLine === 1 || wait.placeInLine === undefined || claimed.task.created_at < nowMs);
        held.push(claimed);
      }
    }
    assert.ok(claims > 20, `${claims} claims`);
  });

for (const seed of seeds)
  test(`waiting line: claims come in its order as long as nothing ends, seed ${seed}`, async (t) => {
    const random = randomFrom(seed);
    const database = await freshDatabase(t);
    await setSiteLimits(database, { a: { parallel: 2 }, b: { startIntervalMs: 400 }, c: {} });
    for (let count = 0; count < 12; count += 1) {
      const site = ["a", "b", "c"][random(3)] ?? "a";
      await addedTask(database, { site, chatId: `chat ${random(2)}` }, 1000);
    }
    const line = await firstInLine(database, { defaultSiteParallel: 1, now: 1000 });
    assert.equal(line.length, 12);
    const claims: number[] = [];
    for (;;) {
      const lease = await claimTask(database, "download", { processId: "w", defaultSiteParallel: 1 }, 1000);
      if (lease === undefined) break;
      claims.push(lease.task.seq);
    }
    assert.ok(claims.length >= 3, `${claims.length} claims`);
    assert.deepEqual(claims, line.slice(0, claims.length));
  });

test("waits: a run that made room for another site waits for nothing that came before it", async (t) => {
  const database = await freshDatabase(t);
  const { seq } = await addedTask(database, {}, now);
  const failure = { failureClass: "disk_full", message: "m", advice: { en: "a" } };
  const claim = () => claimTask(database, "download", { processId: "w", defaultSiteParallel: 1 }, now);
  await settleDownload(
    database,
    (await claim()) ?? assert.fail(),
    { outcome: "failed", failure, retryAt: now, requiredFreeBytes: 5 },
    now,
  );
  await settleDownload(
    database,
    (await claim()) ?? assert.fail(),
    { outcome: "interrupted", retryAt: now + 500 },
    now + 1,
  );
  const task = (await listTasks(database, { scope: "all", states: [] }, { limit: 1 }))[0] ?? assert.fail();
  assert.equal(task.seq, seq);
  assert.deepEqual(waitOf(task, around()), { reason: "yielded", untilMs: now + 500 });
});
