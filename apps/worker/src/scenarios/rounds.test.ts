import assert from "node:assert/strict";
import { basename } from "node:path";
import { describe, test } from "node:test";
import { attemptsOf, endAttempt, startAttempt } from "@dwld/queue";
import { claimTask, settleDownload } from "@dwld/queue/testing";
import { failureFacts } from "../failure/failure-facts.ts";
import type { ClockedWorker, History } from "./testing/clocked-worker.ts";
import {
  deliversVideo,
  fails,
  gone,
  linkOf,
  robot,
  rotated,
  startScripted,
  unreachable,
  wall,
} from "./testing/scripted-worker.ts";

/** Bounds and advice of a task: whole rounds, with the clock handed in. */

describe("pool of accounts", () => {
  const accountsOf = async (on: ClockedWorker, seq: number) =>
    (await attemptsOf(on.database, seq)).map(({ cookie_file }) => (cookie_file === null ? "" : basename(cookie_file)));

  test("an expired account gives way to the next in the same round, which gets the video", async (context) => {
    const plan = [fails(wall), fails(rotated, wall), fails(rotated, wall), await deliversVideo("history-6")];
    const on = await startScripted(context, plan, { accounts: ["a.txt", "b.txt", "c.txt"] });
    const { task, stages, attempts } = await on.play(await on.add(linkOf("a")));
    assert.deepEqual(stages, ["plain", "account", "account", "account"]);
    assert.deepEqual(await accountsOf(on, task.seq), ["", "a.txt", "b.txt", "c.txt"]);
    assert.equal(attempts[1]?.failureClass, "cookies_stale");
    assert.equal(task.state, "DONE");
  });

  test("refused accounts are tried one after another, and then the task says what it needs", async (context) => {
    const plan = Array.from({ length: 9 }, () => fails(wall));
    const on = await startScripted(context, plan, { accounts: ["a.txt", "b.txt"] });
    const { task, stages } = await on.play(await on.add(linkOf("a")));
    assert.deepEqual(stages, ["plain", "account", "account"]);
    assert.deepEqual([task.state, task.failure_class], ["FAILED", "login_required"]);
  });

  test("if all accounts have expired, the link is tried without any", async (context) => {
    const video = await deliversVideo("history-7");
    const stale = fails(rotated, wall);
    const on = await startScripted(context, [fails(wall), video, stale, stale, video], {
      accounts: ["a.txt", "b.txt"],
    });
    const first = await on.play(await on.add(linkOf("a")));
    assert.deepEqual(first.stages, ["plain", "account"]);
    // The stage that worked last goes first.
    const second = await on.play(await on.add(linkOf("b")));
    assert.deepEqual(second.stages, ["account", "account", "plain"]);
    assert.equal(second.task.state, "DONE");
  });
});

describe("bounds of a task", () => {
  test("they count what is shown: no cooldown of the site, no earlier round", async (context) => {
    const plan = [fails(robot), ...Array.from({ length: 3 }, () => fails(unreachable))];
    const on = await startScripted(context, plan, { bounds: { maxAttempts: 2 } });
    const { task, attempts } = await on.play(await on.add(linkOf("a")));
    assert.equal(task.state, "FAILED");
    assert.equal(task.attempt_count, 2);
    assert.deepEqual(
      attempts.map(({ failureClass }) => failureClass),
      ["bot_check", "network", "network"],
    );
  });

  test("a cooldown longer than the total time ends the task, with its last reason", async (context) => {
    const plan = Array.from({ length: 30 }, () => fails(robot));
    const on = await startScripted(context, plan, { bounds: { maxTotalHours: 3 } });
    const { task, attempts } = await on.play(await on.add(linkOf("a")));
    assert.deepEqual([task.state, task.failure_class, task.attempt_count], ["FAILED", "bot_check", 0]);
    const last = attempts.at(-1)?.atMinute ?? 0;
    assert.ok(last > 60 && last <= 180, `the last attempt was after ${last} minutes`);
  });

  test("a premiere beyond them is waited for, and downloaded", async (context) => {
    const premiere = fails("ERROR: [youtube] abc: Premieres in 9 days");
    const on = await startScripted(context, [premiere, fails(unreachable), await deliversVideo("history-8")]);
    const { task, attempts } = await on.play(await on.add(linkOf("a")));
    assert.equal(task.state, "DONE");
    assert.equal(attempts[1]?.atMinute, 9 * 24 * 60 + 2);
    assert.equal(task.attempt_count, 2, "the look before the premiere does not count");
  });
});

test("a line that is away for two hours costs no link", async (context) => {
  const plan = [...Array.from({ length: 7 }, () => fails(unreachable)), await deliversVideo("history-9")];
  const on = await startScripted(context, plan);
  const { task, attempts, stages } = await on.play(await on.add(linkOf("a")));
  assert.deepEqual([task.state, stages.at(-1)], ["DONE", "plain"]);
  const last = attempts.at(-1)?.atMinute ?? 0;
  assert.ok(last > 60 && last < 180, `it was tried again after ${last} minutes`);
});

describe("advice in both languages", () => {
  const isTold = ({ task }: History, en: RegExp, ru: RegExp) => {
    assert.equal(task.state, "FAILED");
    assert.match(task.advice_texts ?? "", en);
    assert.match(task.advice_texts ?? "", ru);
  };

  test("it is given when nothing helps", async (context) => {
    const on = await startScripted(context, [fails(gone)]);
    isTold(await on.play(await on.add(linkOf("a"))), /removed/, /удалено/);
  });

  test("it is given when a worker crashed before it could end the task", async (context) => {
    const on = await startScripted(context, [], { bounds: { maxAttempts: 1 } });
    const id = await on.add(linkOf("a"));
    const lease = await claimTask(on.database, "download", { processId: "w", defaultSiteParallel: 1 }, on.clock.nowMs);
    assert.ok(lease);
    const attempt = await startAttempt(
      on.database,
      lease,
      { host: "here", stage: "plain", ytdlpVersion: "1" },
      on.clock.nowMs,
    );
    assert.ok(attempt);
    const failure = failureFacts("network", "no route to host");
    const result = { outcome: "failed", failure, downloadedBytes: 0, stderrTail: "" } as const;
    await endAttempt(on.database, lease, { row: attempt, result }, on.clock.nowMs);
    await settleDownload(on.database, lease, { outcome: "interrupted" }, on.clock.nowMs);
    isTold(await on.play(id), /could not be reached/, /связаться с сайтом/);
  });
});

test("site: a host with a name of JavaScript's is a site like any other", async (context) => {
  const on = await startScripted(context, [fails("ERROR: [generic] a: Unsupported URL: http://constructor/")]);
  const { task, stages } = await on.play(await on.add("http://constructor/"));
  assert.deepEqual([task.state, task.failure_class, stages], ["FAILED", "unsupported_url", ["default"]]);
});
