import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { makeVideo } from "@dwld/testbed";
import { assertFailed, assertWhole, newestProgram, startAgainstSite, startSite } from "./testing/against-site.ts";
import { lookInto } from "./testing/look-into.ts";

/**
 * HLS with missing pieces. Both versions of yt-dlp behave alike here: by themselves they leave out a missing
 * segment with a warning and exit with 0, which is why dwld tells them to stop there. ffmpeg, if a stage names it as
 * its downloader, leaves it out without a word.
 */

const list = (...lines: string[]) => ({
  kind: "answer" as const,
  only: "index.m3u8",
  headers: { "Content-Type": "application/vnd.apple.mpegurl" },
  body: ["#EXTM3U", "#EXT-X-VERSION:3", "#EXT-X-TARGETDURATION:1", ...lines, "#EXT-X-ENDLIST", ""].join("\n"),
});

for (const program of newestProgram)
  describe(`broken stream, ${program}`, { concurrency: 2 }, () => {
    test("a hole that closes: segments that came are not requested again, and the video arrives whole", async (context) => {
      const site = await startSite(context, {
        videos: [
          {
            name: "a",
            format: "hls",
            seconds: 6,
            // An attempt makes two requests.
            media: { kind: "status", status: 404, only: "segment0003.ts", times: 2 },
          },
        ],
      });
      const on = await startAgainstSite(context, program);
      const history = await on.play(await on.add(site.pageLink("a")));
      await assertWhole(on, history, { steps: ["plain forbidden_media", "plain done"] });
      const { seconds, codecs } = await lookInto(history.files[0] ?? "");
      assert.ok(Math.abs(seconds - 6) < 0.2, `${seconds} s`);
      assert.deepEqual(codecs, ["h264", "aac"]);
      const served = site.requests.filter(({ path, status }) => path.endsWith(".ts") && status === 200);
      assert.equal(served.length, 6);
    });

    test("a permanent hole: nothing with a hole is delivered, and another stage is tried", async (context) => {
      const media = { kind: "status", status: 404, only: "segment0001.ts" } as const;
      const site = await startSite(context, { videos: [{ name: "a", format: "hls", seconds: 3, media }] });
      const on = await startAgainstSite(context, program, { stages: { plain: {}, other: { userAgent: "Sesame" } } });
      const failed = "forbidden_media";
      await assertFailed(on, await on.play(await on.add(site.pageLink("a"))), {
        failureClass: failed,
        steps: [`plain ${failed}`, `plain ${failed}`, `other ${failed}`, `other ${failed}`],
        message: /HTTP Error 404/,
      });
    });

    test("no key, no segment, or segments of this machine's disk: the failure says so", async (context) => {
      const onThisDisk = await makeVideo({ seed: "on this disk" });
      const hls = { format: "hls", seconds: 2 } as const;
      const site = await startSite(context, {
        videos: [
          {
            ...hls,
            name: "keyless",
            media: list('#EXT-X-KEY:METHOD=AES-128,URI="key.bin"', "#EXTINF:1,", "segment0000.ts"),
          },
          { ...hls, name: "empty", media: list() },
          { ...hls, name: "local", media: list("#EXTINF:2,", `file://${onThisDisk}`) },
        ],
      });
      const on = await startAgainstSite(context, program, { maxAttempts: 2 });
      await assertFailed(on, await on.play(await on.add(site.pageLink("keyless"))), {
        failureClass: "forbidden_media",
        steps: ["plain forbidden_media", "plain forbidden_media"],
      });
      await assertFailed(on, await on.play(await on.add(site.pageLink("empty"))), {
        failureClass: "truncated",
        steps: ["plain truncated", "plain truncated"],
        message: /file is empty/,
      });
      // Linked directly, a list without an end marker is taken for a stream that has not begun.
      await assertFailed(on, await on.play(await on.add(site.mediaLink("empty"))), {
        failureClass: "filtered",
        steps: ["plain filtered"],
        message: /live now/,
      });
      await assertFailed(on, await on.play(await on.add(site.pageLink("local"))), {
        failureClass: "invalid_url",
        steps: ["plain invalid_url"],
        message: /comes by "file"/,
      });
    });
  });
