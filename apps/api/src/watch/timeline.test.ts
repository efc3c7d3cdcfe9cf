import assert from "node:assert/strict";
import { test } from "node:test";
import { currentRevision, endAttempt, startAttempt } from "@dwld/queue";
import { claimTask, settleDownload } from "@dwld/queue/testing";
import { connectInMemory, openContext } from "../testing/served-api.ts";

test("timeline: a change tells the task's whole timeline, without what yt-dlp wrote", async (context) => {
  const opened = await openContext();
  context.after(() => opened.close());
  const { database, feed } = opened.context;
  await connectInMemory(opened).addTask({ link: "https://videos.example/1" });
  const before = await currentRevision(database);
  const failure = { failureClass: "network", message: "no route", advice: { en: "Wait.", ru: "Ждите." } };
  for (const stage of ["plain", "other"]) {
    const lease = await claimTask(database, "download", { processId: "w", defaultSiteParallel: 1 }, Date.now());
    assert.ok(lease);
    const attempt = await startAttempt(
      database,
      lease,
      { host: "here", stage, ytdlpVersion: "2026.10.26" },
      Date.now(),
    );
    assert.ok(attempt);
    const ended = { outcome: "failed", failure, exitCode: 1, downloadedBytes: 7, stderrTail: "a wall" } as const;
    await endAttempt(database, lease, { row: attempt, result: ended }, Date.now());
    await settleDownload(database, lease, { outcome: "failed", failure, retryAt: Date.now() }, Date.now());
  }
  const close = await feed.open();
  const attempts = (await feed.changesAfter(before, feed.identity))?.at(-1)?.task?.message.attempts ?? [];
  close();
  assert.deepEqual(
    attempts.map(({ number, stage, exitCode, downloadedBytes, stderrTail }) => [
      number,
      stage,
      exitCode,
      downloadedBytes,
      stderrTail,
    ]),
    [
      [1, "plain", 1, 7n, ""],
      [2, "other", 1, 7n, ""],
    ],
  );
  assert.deepEqual(
    [attempts[0]?.failure?.message, attempts[0]?.failure?.advice.map(({ text }) => text)],
    ["no route", ["Wait.", "Ждите."]],
  );
});
