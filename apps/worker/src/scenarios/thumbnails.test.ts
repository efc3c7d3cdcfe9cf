import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { findThumbnail } from "@dwld/queue";
import { type Picture, type SampleSite, startSampleSite } from "@dwld/testbed";
import type { LoadedYtdlps } from "../ytdlp/fork-server/loaded-ytdlps.ts";
import { startAgainstSite } from "./testing/against-site.ts";
import { ytdlpOptions } from "./testing/clocked-worker.ts";
import { createRecordedYtdlps } from "./testing/recorded-ytdlps.ts";

/** A picture is a wish beside the video: what a site sends in its place changes nothing of the download. */

const shown: readonly Picture[] = ["jpeg", "webp", "png", "gif"];
const refused: readonly Picture[] = ["broken", "html", "svg", "bomb", "drip", "missing"];

const usual = /Falling back on generic information extractor$/;

let site: SampleSite;
const asked = (name: string) => site.requests.filter(({ path }) => path === `/thumbnails/${name}.jpg`).length;

before(async () => {
  const pictures = [...shown, ...refused].map((thumbnail) => ({ name: thumbnail, thumbnail }));
  site = await startSampleSite({ videos: [...pictures, { name: "several" }] });
});
after(() => site.close());

for (const [program, beginning, kinds] of [
  ["yt-dlp", "loaded", [...shown, ...refused]],
  ["yt-dlp-debian", "alone", ["jpeg", "drip"]],
] as const)
  describe(`thumbnails, ${program}, ${beginning}`, () => {
    let ytdlps: LoadedYtdlps;
    before(() => {
      ytdlps = createRecordedYtdlps(ytdlpOptions, beginning, ({ stderr }) =>
        assert.deepEqual(
          stderr.filter((line) => !usual.test(line)),
          [],
        ),
      );
    });
    after(() => ytdlps.close());

    test("thumbnails: one that can be shown is there as a small JPEG, and nothing else of a site is", async (context) => {
      const on = await startAgainstSite(context, program, { ytdlps });
      for (const kind of kinds) {
        const id = await on.add(site.pageLink(kind));
        const beginMs = performance.now();
        const { task, attempts, files } = await on.play(id);
        assert.deepEqual([task.state, attempts.length, files.length], ["DONE", 1, 1], kind);
        assert(performance.now() - beginMs < 20_000, `${kind} held the run`);
        const jpeg = await findThumbnail(on.database, id, "all");
        assert.equal(task.has_thumbnail, shown.includes(kind) ? 1 : 0, kind);
        assert.equal(jpeg !== undefined, shown.includes(kind), kind);
        if (jpeg === undefined) continue;
        assert(jpeg.length <= 24 * 1024 && jpeg.readUInt16BE(0) === 0xffd8, kind);
        // As it was made anew: of the same size whatever the site sent, and another file than the site's.
        assert.deepEqual(sizeOf(jpeg), [320, 180], kind);
      }
      assert.deepEqual(await on.leftovers(), []);
    });

    // Runs that begin in either way ask for the same: the worker decides before they begin, and then the plugin.
    if (beginning === "alone") return;

    test("thumbnails: a picture that is not there gives way to the next best, but two that are not to no third", async (context) => {
      const on = await startAgainstSite(context, program, { ytdlps });
      for (const [there, ...missing] of [
        ["jpeg.jpg", "missing.jpg"],
        ["jpeg.jpg", "missing.jpg", "missing.jpg?2"],
      ]) {
        // yt-dlp prefers those that come later in the alphabet.
        const thumbnailUrl = [there, ...missing].map((name) => `${site.url}/thumbnails/${name}`);
        site.change("several", { schema: { thumbnailUrl } });
        const already = asked("jpeg");
        const { task } = await on.play(await on.add(site.pageLink("several")));
        const isReached = missing.length < 2 ? 1 : 0;
        assert.deepEqual([task.state, task.has_thumbnail, asked("jpeg") - already], ["DONE", isReached, isReached]);
      }
    });

    test("thumbnails: none is asked for sound, or if they are off", async (context) => {
      const already = asked("jpeg");
      const on = await startAgainstSite(context, program, { ytdlps });
      await on.play(await on.add(site.pageLink("jpeg"), { audioOnly: true }));
      const off = await startAgainstSite(context, program, { ytdlps, worker: { thumbnails: false } });
      const { task } = await off.play(await off.add(site.pageLink("jpeg")));
      assert.deepEqual([task.state, task.has_thumbnail, asked("jpeg")], ["DONE", 0, already]);
    });
  });

/** Reads the frame header of a JPEG (ITU-T T.81, B.2.2). */
function sizeOf(jpeg: Buffer): number[] {
  const at = jpeg.indexOf(Buffer.from("ffc0", "hex"));
  return [jpeg.readUInt16BE(at + 7), jpeg.readUInt16BE(at + 5)];
}
