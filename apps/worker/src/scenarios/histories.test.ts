import assert from "node:assert/strict";
import { test } from "node:test";
import { parseOptions } from "@dwld/options";
import { findSite, findTask, listTasks, parseTexts } from "@dwld/queue";
import { makeVideo } from "@dwld/testbed";
import {
  fails,
  gone,
  linkOf,
  refused,
  robot,
  runsOf,
  startScripted,
  unreachable,
  deliversVideo,
} from "./testing/scripted-worker.ts";

/** Whole histories of tasks: a scripted program stands in for yt-dlp, and the clock is handed in. */

test("history: a removed video costs one attempt, and the sentence says so", async (context) => {
  const on = await startScripted(context, [fails(gone), fails(gone)]);
  const { task, stages } = await on.play(await on.add(linkOf("a")));
  assert.deepEqual(stages, ["plain"]);
  assert.equal(task.state, "FAILED");
  assert.equal(task.failure_class, "gone");
  assert.match(task.advice_texts ?? "", /removed/);
});

test("history: all tabs of a channel are listed up to the limit, and entries left out by date do not count", async (context) => {
  const tab = (name: string) => ({ url: `https://www.youtube.com/@a/${name}`, ie_key: "YoutubeTab" });
  const video = (id: string, upload_date: string) => ({
    url: `https://www.youtube.com/watch?v=${id}`,
    ie_key: "Youtube",
    title: id,
    playlist_title: "The channel",
    upload_date,
  });
  const on = await startScripted(context, [
    { lists: [tab("videos"), tab("shorts"), tab("streams")] },
    { lists: [video("one", "20250101"), video("old", "20200101")] },
    { lists: [video("two", "20250102"), video("three", "20250103")] },
    { lists: [video("never-asked", "20250104")] },
  ]);
  const wishes = { playlist: true, playlistLimit: 3, uploadedAfter: "2024-01-01" };
  const id = await on.add(linkOf("channel"), wishes);
  await on.turn();
  const task = await findTask(on.database, id, "all");
  assert.deepEqual([task?.state, task?.title, task?.child_count], ["DONE", "The channel", 3]);
  const entries = await listTasks(on.database, { scope: "all", states: [], parentId: id }, { limit: 10 });
  assert.deepEqual(
    entries.map(({ title }) => title),
    ["three", "two", "one"],
  );
  assert.equal(parseOptions(entries[0] ?? { options: "{}" }).uploadedAfter, "2024-01-01");
  const runs = await runsOf(on.folder);
  assert.equal(runs.length, 3);
  for (const run of runs) assert.match(run, /youtubetab:approximate_date/);
});

test("history: a link of a chat that has had its bytes of the day waits for a day, and costs no attempt meanwhile", async (context) => {
  const plan = [await deliversVideo("bytes-1"), await deliversVideo("bytes-2")];
  const on = await startScripted(context, plan, { limits: { perChat: { bytesPerDay: 1 } } });
  const first = await on.add(linkOf("one"));
  const second = await on.add(linkOf("two"));
  assert.equal(await on.turn(), first);
  assert.equal(await on.turn(), second);
  const waiting = await findTask(on.database, second, "all");
  assert.deepEqual([waiting?.state, waiting?.failure_class], ["QUEUED", "over_limit"]);
  const { task, attempts } = await on.play(second);
  assert.equal(task.state, "DONE");
  assert.equal(attempts.length, 1);
  const hours = (attempts[0]?.atMinute ?? 0) / 60;
  assert.ok(hours >= 24 && hours <= 25.1, `after ${hours} hours`);
});

test("history: a playlist without an entry of the requested days says so", async (context) => {
  const lists = [{ url: "https://www.youtube.com/watch?v=old", ie_key: "Youtube", upload_date: "20200101" }];
  const on = await startScripted(context, [{ lists }]);
  const { task } = await on.play(await on.add(linkOf("list"), { playlist: true, uploadedAfter: "2024-01-01" }));
  assert.deepEqual([task.state, task.failure_class], ["FAILED", "filtered"]);
  assert.match(task.failure_message ?? "", /no entry was uploaded within the days .*left out: 1$/);
});

test("history: a bot check cools the site down, then the account is tried and works", async (context) => {
  const video = await makeVideo({ seed: "history-1", seconds: 1 });
  const delivers = { video, width: 160, height: 90, offered: [[160, 90]] as [number, number][] };
  const on = await startScripted(context, [fails(robot), { delivers }]);
  const { task, attempts } = await on.play(await on.add(linkOf("a")));
  assert.equal(task.state, "DONE");
  assert.deepEqual(
    attempts.map(({ stage }) => stage),
    ["plain", "account"],
  );
  const rest = attempts[1]?.atMinute ?? 0;
  assert.ok(rest >= 30 && rest <= 33, `it rested for ${rest} minutes`);
  const runs = await runsOf(on.folder);
  assert.doesNotMatch(runs[0] ?? "", /--cookies=/);
  assert.match(runs[1] ?? "", /--cookies=/);
});

test("history: twenty links of a site with a bot check cost one attempt for each cooldown", async (context) => {
  const on = await startScripted(
    context,
    Array.from({ length: 10 }, () => fails(robot)),
  );
  for (let index = 0; index < 20; index += 1) await on.add(linkOf(`v${index}`));
  for (let pause = 0; pause < 4; pause += 1) {
    await on.turn();
    const site = await findSite(on.database, "youtube");
    assert.equal(site?.pause_level, pause + 1);
    assert.ok((site?.paused_until ?? 0) > on.clock.nowMs);
  }
  const runs = await runsOf(on.folder);
  assert.equal(runs.length, 4);
});

test("history: refused media are requested anew, and then by another client", async (context) => {
  const video = await makeVideo({ seed: "history-2", seconds: 1 });
  const delivers = { video, width: 160, height: 90, offered: [] };
  const on = await startScripted(context, [fails(refused), fails(refused), { delivers }]);
  const { task, stages } = await on.play(await on.add(linkOf("a")));
  assert.deepEqual(stages, ["plain", "plain", "other"]);
  assert.equal(task.state, "DONE");
});

test("history: a site that was away is tried again in the same stage", async (context) => {
  const video = await makeVideo({ seed: "history-3", seconds: 1 });
  const delivers = { video, width: 160, height: 90, offered: [] };
  const on = await startScripted(context, [fails(unreachable), fails(unreachable), { delivers }]);
  const { task, stages } = await on.play(await on.add(linkOf("a")));
  assert.deepEqual(stages, ["plain", "plain", "plain"]);
  assert.equal(task.state, "DONE");
});

test("history: a picture below the offer gets one more attempt, and the better one is delivered with a remark", async (context) => {
  const small = await makeVideo({ seed: "history-4", seconds: 1, width: 160, height: 90 });
  const offered: [number, number][] = [
    [160, 90],
    [1920, 1080],
  ];
  const poor = { video: small, width: 160, height: 90, offered };
  const on = await startScripted(context, [{ delivers: poor }, fails(unreachable)]);
  const { task, stages } = await on.play(await on.add(linkOf("a")));
  assert.equal(stages.length, 2);
  assert.notEqual(stages[1], "plain");
  assert.equal(task.state, "DONE");
  assert.equal(parseTexts(task.remark_texts)?.en, "It came in 90p, although the site offers 1080p.");
});

test("history: the stage that worked last is tried first the next time", async (context) => {
  const video = await makeVideo({ seed: "history-5", seconds: 1 });
  const delivers = { video, width: 160, height: 90, offered: [] };
  const on = await startScripted(context, [fails(refused), fails(refused), { delivers }, { delivers }]);
  await on.play(await on.add(linkOf("a")));
  const { stages } = await on.play(await on.add(linkOf("b")));
  assert.deepEqual(stages, ["other"]);
});

test("history: an unknown failure is kept with its words, and each stage is tried once", async (context) => {
  const strange = "ERROR: [youtube] abc: The flux capacitor is misaligned";
  const on = await startScripted(
    context,
    Array.from({ length: 9 }, () => fails(strange)),
  );
  const { task, stages } = await on.play(await on.add(linkOf("a")));
  assert.equal(task.state, "FAILED");
  assert.equal(task.failure_class, "unknown");
  assert.match(task.failure_message ?? "", /flux capacitor/);
  assert.deepEqual([...new Set(stages)], ["plain", "other", "account"]);
});
