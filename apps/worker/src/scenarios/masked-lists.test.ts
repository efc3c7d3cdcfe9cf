import assert from "node:assert/strict";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, test } from "node:test";
import { pathToFileURL } from "node:url";
import { layout } from "@dwld/layout";
import { parseOptions, type TaskOptions } from "@dwld/options";
import { isThorough, makeVideo } from "@dwld/testbed";
import { execa } from "execa";
import { containers } from "../media/containers.ts";
import { newestProgram, startAgainstSite, startSite } from "./testing/against-site.ts";

/**
 * A "video" that is a list of files: ffmpeg and ffprobe recognize a list by its first bytes, whatever its name says, and
 * would read the files of this machine that it names.
 */

const whole = parseOptions({ options: "{}" });
const wishes: (readonly [what: string, options: TaskOptions])[] = [
  ["as it is", whole],
  ["encoded again", { ...whole, recode: "mp4" }],
  // yt-dlp's own post-processors.
  ["with tags", { ...whole, embedMetadata: true }],
  ...(isThorough ? [["its sound alone", { ...whole, audioOnly: true, audioFormat: "mp3" }] as const] : []),
];

for (const program of newestProgram)
  describe(`list served as a video, ${program}`, { concurrency: 2 }, () => {
    for (const [what, options] of wishes)
      test(`requested ${what}: no file of this machine is delivered`, async (context) => {
        const folder = await mkdtemp(join(tmpdir(), "dwld-secret-"));
        context.after(() => rm(folder, { recursive: true }));
        const secret = join(folder, "secret.ts");
        const made = await makeVideo({ seed: "secret", seconds: 2 });
        await execa("ffmpeg", ["-v", "error", "-i", made, "-c", "copy", "-f", "mpegts", secret]);
        const body = dashList(pathToFileURL(secret).href);
        const page = { kind: "answer", headers: { "Content-Type": "video/mp4" }, body } as const;
        const site = await startSite(context, { videos: [{ name: "masked", page }] });
        const on = await startAgainstSite(context, program, { maxAttempts: 1 });
        const { task, files } = await on.play(await on.add(site.pageLink("masked"), options));
        assert.deepEqual([task.state, files], ["FAILED", []], task.failure_message ?? "");
      });
  });

function dashList(url: string): string {
  return `<?xml version="1.0"?>
    <MPD xmlns="urn:mpeg:dash:schema:mpd:2011" type="static" mediaPresentationDuration="PT2S"
      profiles="urn:mpeg:dash:profile:isoff-on-demand:2011">
      <Period><AdaptationSet mimeType="video/mp2t"><Representation id="1" bandwidth="1">
        <BaseURL>${url}</BaseURL></Representation></AdaptationSet></Period></MPD>`;
}

test("media formats: yt-dlp's post-processors and dwld's own programs accept the same ones", async () => {
  const plugin = await readFile(join(layout.ytdlpPlugins, "dwld/yt_dlp_plugins/extractor/media_alone.py"), "utf8");
  const [, written = ""] = /^CONTAINERS = \(\n(.*?)^\)/ms.exec(plugin) ?? [];
  assert.deepEqual(written.match(/[a-z0-9_]+/g), containers);
});
