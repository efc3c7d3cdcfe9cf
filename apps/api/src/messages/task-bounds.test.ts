import assert from "node:assert/strict";
import { test } from "node:test";
import { timestampMs } from "@bufbuild/protobuf/wkt";
import { parseConfiguration } from "@dwld/daemon";
import { endAttempt, startAttempt, type TaskRow, taskStates } from "@dwld/queue";
import { claimTask, settleDownload } from "@dwld/queue/testing";
import { hourMs } from "@dwld/timing";
import { connectInMemory, openContext } from "../testing/served-api.ts";
import { boundsBy } from "./task-bounds.ts";

const written = JSON.stringify({
  sites: { tube: { hosts: ["tube.example"], maxAttempts: 3, maxTotalHours: 1 } },
  ftp: { host: "nas.example", giveUpAfterHours: 2 },
});
const configuration = parseConfiguration(written, { file: "/etc/dwld/dwld.yaml" });

test("task bounds: each state tells the bounds of what is tried in it, and what has ended tells none", () => {
  const row = { site: "tube", attempt_count: 1, tried_since: 5, ready_at: 7, created_at: 1 } as TaskRow;
  const told = (ftp: typeof configuration.ftp) =>
    taskStates.map((state) => {
      const { attemptLimit, giveUpAtMs } = boundsBy({ ...configuration, ftp })({ ...row, state });
      return [state, attemptLimit, giveUpAtMs];
    });
  const download = [3, 5 + hourMs];
  const deliveredWithin = (hours: number) => [
    ["QUEUED", ...download],
    ["DOWNLOADING", ...download],
    ["READY_TO_SEND", undefined, 7 + hours * hourMs],
    ["SENDING", undefined, 7 + hours * hourMs],
    ["DONE", undefined, undefined],
    ["FAILED", undefined, undefined],
    ["CANCELED", undefined, undefined],
  ];
  assert.deepEqual(told(configuration.ftp), deliveredWithin(2));
  // With delivery off, the worker gives up.
  assert.deepEqual(told(undefined), deliveredWithin(configuration.worker.maxTotalHours));
});

test("task bounds: a task that waits for another try tells how many are left and until when", async (context) => {
  const opened = await openContext({ sites: configuration.sites, boundsOf: boundsBy(configuration) });
  context.after(() => opened.close());
  const { database } = opened.context;
  const client = connectInMemory(opened);
  const { task: added } = await client.addTask({ link: "https://tube.example/1" });
  assert.deepEqual([added?.attemptCount, added?.attemptLimit, added?.giveUpTime], [0, 3, undefined]);
  const lease = await claimTask(database, "download", { processId: "w", defaultSiteParallel: 1 }, 1000);
  assert.ok(lease);
  const attempt = await startAttempt(database, lease, { host: "here", stage: "s", ytdlpVersion: "1" }, 1000);
  assert.ok(attempt);
  const failure = { failureClass: "network", message: "m", advice: { en: "a", ru: "по-русски" } };
  const result = { outcome: "failed", failure, downloadedBytes: 0, stderrTail: "" } as const;
  await endAttempt(database, lease, { row: attempt, result }, 2000);
  await settleDownload(database, lease, { outcome: "failed", failure, retryAt: 3000 }, 2000);
  const { task } = await client.getTask({ id: added?.id ?? "" });
  const { tasks } = await client.listTasks({});
  for (const one of [task, tasks[0]]) {
    assert.deepEqual([one?.attemptCount, one?.attemptLimit], [1, 3]);
    assert.equal(one?.giveUpTime === undefined ? undefined : timestampMs(one.giveUpTime), 2000 + hourMs);
  }
});
