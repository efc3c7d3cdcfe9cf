import assert from "node:assert/strict";
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { describe, test } from "node:test";
import { TaskState } from "@dwld/rpc";
import { eventually, processesBelow, startDwld, waitForTask } from "@dwld/testbed";
import { assertFailed, assertWhole, newestProgram, startAgainstSite, startSite } from "./testing/against-site.ts";

/** Sites that fall silent, and sites that trickle. Both versions of yt-dlp behave alike here. */

/** Longer than yt-dlp takes to start on a busy machine, seconds. */
const idleTimeoutSeconds = 10;

for (const program of newestProgram)
  describe(`slow site, ${program}`, { concurrency: 2 }, () => {
    test("a site that falls silent: the run ends after its time, and the next one resumes", async (context) => {
      const site = await startSite(context, {
        videos: [
          { name: "media", sizeBytes: 500_000, dropAtByte: 300_000, dropBy: "silence", dropTimes: 1 },
          { name: "page", page: { kind: "hang", seconds: 600 } },
        ],
      });
      const on = await startAgainstSite(context, program, { worker: { idleTimeoutSeconds }, maxAttempts: 2 });
      await assertWhole(on, await on.play(await on.add(site.pageLink("media"))), {
        steps: ["plain network", "plain done"],
        servedFile: site.mediaFile("media"),
      });
      assert.match(site.requests.at(-1)?.range ?? "", /^bytes=[1-9]\d{4,}-$/);
      await assertFailed(on, await on.play(await on.add(site.pageLink("page"))), {
        failureClass: "network",
        steps: ["plain network", "plain network"],
        message: /nothing came from the site for too long/,
      });
    });

    test("a site that trickles may take its time, holds up no other, and can be canceled at once", async (context) => {
      const bytesPerSecond = 5_000;
      const site = await startSite(context, {
        videos: [{ name: "drip", sizeBytes: 500_000, throttleBytesPerSecond: bytesPerSecond }, { name: "healthy" }],
      });
      const dwld = await startDwld({
        apps: ["api", "worker"],
        configuration: {
          worker: { idleTimeoutSeconds, ytdlp: { command: [program] } },
          sites: { sample: { hosts: ["127.0.0.1"], stages: ["default"], parallel: 2 } },
        },
        cleanup: context,
      });
      const add = async (link: string) => (await dwld.client.addTask({ link })).task?.id ?? "";
      const id = await add(site.pageLink("drip"));
      await waitForTask(dwld.client, await add(site.pageLink("healthy")), TaskState.DONE, 60_000);
      const dripping = () => site.requests.find(({ path }) => path.endsWith("drip.mp4"));
      await eventually(
        "it has trickled for much longer than silence may last",
        () => (dripping()?.sentBytes ?? 0) > 2 * idleTimeoutSeconds * bytesPerSecond,
        { deadlineMs: 90_000 },
      );
      assert.equal(dripping()?.ended, false);
      const { task } = await dwld.client.getTask({ id });
      assert.deepEqual([task?.state, task?.attempts.length], [TaskState.DOWNLOADING, 1]);

      await dwld.client.cancelTask({ id });
      await eventually("the site sees the connection end", () => dripping()?.ended, { deadlineMs: 5000 });
      const downloads = join(dwld.data, "downloads");
      await eventually("yt-dlp is gone", async () => (await processesBelow(downloads)).length === 0);
      await eventually("its folder is gone", async () => !(await readdir(join(downloads, ".dwld"))).includes(id));
      assert.equal((await dwld.client.getTask({ id })).task?.state, TaskState.CANCELED);
      assert.equal(site.requests.filter(({ path }) => path.endsWith("drip.mp4")).length, 1);
    });
  });
