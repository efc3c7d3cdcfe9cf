import assert from "node:assert/strict";
import { stat } from "node:fs/promises";
import { describe, test } from "node:test";
import { makeVideo } from "@dwld/testbed";
import { assertFailed, assertWhole, newestProgram, startAgainstSite, startSite } from "./testing/against-site.ts";
import { parseTexts } from "@dwld/queue";

/** Files that break off, and files that are no videos. */

for (const program of newestProgram)
  describe(`broken file, ${program}`, { concurrency: 2 }, () => {
    test("fewer bytes than announced: they are kept between attempts, and the file arrives whole", async (context) => {
      const video = { sizeBytes: 500_000, dropAtByte: 300_000 };
      const site = await startSite(context, {
        videos: [
          // Each attempt makes two tries.
          { name: "heals", ...video, dropTimes: 3 },
          { name: "always", ...video },
        ],
      });
      const on = await startAgainstSite(context, program, { maxAttempts: 2 });
      await assertWhole(on, await on.play(await on.add(site.pageLink("heals"))), {
        steps: ["plain truncated", "plain done"],
        servedFile: site.mediaFile("heals"),
      });
      const asked = site.requests.filter(({ path }) => path.endsWith("heals.mp4"));
      const starts = asked.map(({ range }) => Number(/^bytes=(\d+)-$/.exec(range ?? "")?.[1] ?? 0));
      // yt-dlp loses the block in which the connection breaks, and requests smaller ones then.
      const [first, ...later] = starts;
      assert.equal(first, 0);
      assert.ok(later.length === 3 && later.every((start, index) => start > (starts[index] ?? 0)), starts.join());

      await assertFailed(on, await on.play(await on.add(site.pageLink("always"))), {
        failureClass: "truncated",
        steps: ["plain truncated", "plain truncated"],
        message: /more expected/,
      });
    });

    test("a body without a length that breaks off is never taken for the whole", async (context) => {
      const video = { seconds: 10, lengthKnown: false, dropAtByte: 100_000 };
      const site = await startSite(context, {
        videos: [
          // The body ends normally; only the file's header tells that it should go on.
          { name: "ended", ...video, dropBy: "end", dropTimes: 1 },
          { name: "ended-webm", ...video, format: "webm", dropAtByte: 60_000, dropBy: "end", dropTimes: 1 },
          // The last chunk never comes; each attempt makes two tries.
          { name: "cut", ...video, dropTimes: 2 },
        ],
      });
      const on = await startAgainstSite(context, program, { maxAttempts: 2 });
      for (const name of ["ended", "ended-webm", "cut"])
        await assertWhole(on, await on.play(await on.add(site.pageLink(name))), {
          steps: ["plain truncated", "plain done"],
          servedFile: site.mediaFile(name),
        });

      site.change("ended", { dropTimes: Infinity });
      const { task, steps, files } = await on.play(await on.add(site.pageLink("ended")));
      assert.deepEqual([task.state, ...steps], ["DONE", "plain truncated", "plain truncated"]);
      // The better of the two is delivered, and not reported as whole.
      assert.equal((await stat(files[0] ?? "")).size, 100_000);
      assert.match(parseTexts(task.remark_texts)?.en ?? "", /^Only 0:0\d of 0:10 is there\.$/);
    });

    test("a page served as a video is none, and another stage is tried", async (context) => {
      const site = await startSite(context, { videos: [{ name: "html", media: { kind: "html" } }] });
      const on = await startAgainstSite(context, program, { stages: { plain: {}, other: { userAgent: "Sesame" } } });
      await assertFailed(on, await on.play(await on.add(site.pageLink("html"))), {
        failureClass: "wrong_media",
        steps: ["plain wrong_media", "other wrong_media"],
        message: /holds no video and no sound/,
      });
    });

    test("another file served as a video is none, whatever its name", async (context) => {
      const answer = (contentType: string, body: string | Buffer) => ({
        kind: "answer" as const,
        headers: { "Content-Type": contentType },
        body,
      });
      const onThisDisk = await makeVideo({ seed: "on this disk" });
      // A player that opens it would read this machine's disk.
      const list = `#EXTM3U\n#EXTINF:2,\nfile:${onThisDisk}\n#EXT-X-ENDLIST\n`;
      const site = await startSite(context, {
        videos: [
          { name: "json", media: answer("application/json", '{"error":"no quota"}') },
          { name: "json-as-mp4", media: answer("video/mp4", '{"error":"no quota"}') },
          { name: "png-as-mp4", media: answer("video/mp4", png) },
          { name: "list-as-mp4", media: answer("video/mp4", list) },
          { name: "empty", media: { kind: "empty" } },
        ],
      });
      const on = await startAgainstSite(context, program, { maxAttempts: 1 });
      const { task, files } = await on.play(await on.add(site.pageLink("empty")));
      assert.deepEqual([task.state, files], ["FAILED", []]);
      for (const name of ["json", "json-as-mp4", "png-as-mp4", "list-as-mp4"])
        await assertFailed(on, await on.play(await on.add(site.pageLink(name))), {
          failureClass: "wrong_media",
          steps: ["plain wrong_media"],
        });
    });

    test("a video with the name of a page is a video", async (context) => {
      const site = await startSite(context, { videos: [{ name: "a", contentType: "text/html" }] });
      const on = await startAgainstSite(context, program);
      for (const link of [site.pageLink("a"), site.mediaLink("a")])
        await assertWhole(on, await on.play(await on.add(link)), {
          steps: ["plain done"],
          servedFile: site.mediaFile("a"),
        });
    });
  });

/** A picture of one pixel. */
const png = Buffer.from(
  "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==",
  "base64",
);
