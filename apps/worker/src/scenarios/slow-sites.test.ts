import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { eventually } from "@dwld/testbed";
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

    test("a site that trickles is not taken for a silent one", async (context) => {
      const bytesPerSecond = 5_000;
      const site = await startSite(context, {
        videos: [{ name: "trickle", sizeBytes: 120_000, throttleBytesPerSecond: bytesPerSecond }],
      });
      const on = await startAgainstSite(context, program, { worker: { idleTimeoutSeconds } });
      const playing = on.play(await on.add(site.pageLink("trickle")));
      const request = () => site.requests.find(({ path }) => path.endsWith("trickle.mp4"));
      await eventually(
        "it has trickled for much longer than silence may last",
        () => (request()?.sentBytes ?? 0) > 2 * idleTimeoutSeconds * bytesPerSecond,
        { deadlineMs: 90_000 },
      );
      await assertWhole(on, await playing, { steps: ["plain done"], servedFile: site.mediaFile("trickle") });
      assert.equal(site.requests.filter(({ path }) => path.endsWith("trickle.mp4")).length, 1);
    });
  });
