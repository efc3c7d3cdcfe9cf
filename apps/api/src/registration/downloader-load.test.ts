import assert from "node:assert/strict";
import { it } from "node:test";
import { claimTask, settleDownload } from "@dwld/queue/testing";
import { FailureClass } from "@dwld/rpc";
import { connectInMemory, openContext } from "../testing/served-api.ts";
import { downloaderLoad } from "./downloader-load.ts";

it("downloader load: a bot gets waiting and running tasks, paused sites and free space", async () => {
  const opened = await openContext({ sites: { videos: { hosts: ["videos.example"] } } });
  const { database, disk, now } = opened.context;
  const client = connectInMemory(opened);
  for (const number of [1, 2, 3]) await client.addTask({ link: `https://${number}.videos.example/` });
  await client.addTask({ link: "https://film.example/1" });
  const claim = () => claimTask(database, "download", { processId: "w", defaultSiteParallel: 2 }, now());
  const [lease] = [await claim(), await claim()];
  assert.ok(lease);
  const failure = { failureClass: "bot_check", message: "429", advice: { en: "later", ru: "позже" } };
  const site = { verdict: "pause", reason: failure.failureClass, baseMs: 60_000, maxMs: 60_000 } as const;
  await settleDownload(database, lease, { outcome: "failed", failure, retryAt: now(), site }, now());

  const { freeBytes, pausedSites, ...counts } = await downloaderLoad({ database, disk, now });
  assert.deepEqual(counts, { waitingCount: 3n, inWorkCount: 1n });
  assert.deepEqual(
    pausedSites.map(({ site: name, failureClass }) => [name, failureClass]),
    [["videos", FailureClass.BOT_CHECK]],
  );
  assert.ok((freeBytes ?? 0n) > 0n);
  await opened.close();
});
