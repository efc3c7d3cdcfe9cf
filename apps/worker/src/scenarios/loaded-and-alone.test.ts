import assert from "node:assert/strict";
import { once } from "node:events";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { after, before, describe, test } from "node:test";
import type { TaskOptions } from "@dwld/options";
import { findTask, type TaskState } from "@dwld/queue";
import { isThorough, makeVideo, type SampleSite, startSampleSite } from "@dwld/testbed";
import { execa } from "execa";
import type { LoadedYtdlps } from "../ytdlp/fork-server/loaded-ytdlps.ts";
import { newestProgram, startAgainstSite } from "./testing/against-site.ts";
import { ytdlpOptions } from "./testing/clocked-worker.ts";
import { compareRuns } from "./testing/compare-runs.ts";
import { type Beginning, createRecordedYtdlps, type RunRecord } from "./testing/recorded-ytdlps.ts";

/**
 * Runs of each kind, forked by a loaded yt-dlp and as a program of its own, end alike: by exit, stderr and
 * files. `make test THOROUGH=1` has more kinds, `make compare` the same with every scenario; `YTDLP=loaded make test PACKAGE=worker`, or `alone`, has all
 * runs of the scenarios begin in one way.
 */

/** Makes a DASH folder: picture and sound are streams of their own, which yt-dlp merges. */
async function startDash() {
  const folder = await mkdtemp(join(tmpdir(), "dwld-dash-"));
  const video = await makeVideo({ seed: "dash", seconds: 3 });
  await execa("ffmpeg", ["-v", "error", "-i", video, "-c", "copy", "-f", "dash", join(folder, "all.mpd")]);
  const server = createServer((request, response) => {
    const name = basename(request.url ?? "");
    readFile(join(folder, name)).then(
      (body) => {
        const type = name.endsWith(".mpd") ? "application/dash+xml" : "video/mp4";
        response.writeHead(200, { "Content-Type": type, "Content-Length": body.length }).end(body);
      },
      () => response.writeHead(404).end(),
    );
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const link = `http://127.0.0.1:${(server.address() as AddressInfo).port}/all.mpd`;
  return {
    link,
    close: async () => {
      server.closeAllConnections();
      server.close();
      await rm(folder, { recursive: true });
    },
  };
}

const chapters = [{ title: "One", startSeconds: 0, endSeconds: 2 }];
const sections = [{ startSeconds: 0, endSeconds: 1 }];
const wide = { embedChapters: true, embedMetadata: true, thumbnail: "embedded" } as const;

type Kind = { link: (site: SampleSite, dash: string) => string; wishes?: Partial<TaskOptions>; ends: TaskState };

const live = "a live stream";
/** One run of each kind: a merge, a recording that SIGINT ends, a file that ffmpeg makes sound of, a list, a failure. */
const kinds: Record<string, Kind> = {
  "DASH, merged": { link: (_site, dash) => dash, ends: "DONE" },
  [live]: { link: (site) => site.pageLink("live"), wishes: { liveMode: "record" }, ends: "DONE" },
  "the sound, encoded": {
    link: (site) => site.pageLink("file"),
    wishes: { audioOnly: true, audioFormat: "mp3" },
    ends: "DONE",
  },
  "a playlist": { link: (site) => site.playlistLink("feed"), wishes: { playlist: true }, ends: "DONE" },
  "a stream with a hole": { link: (site) => site.pageLink("hole"), ends: "QUEUED" },
};
const furtherKinds: Record<string, Kind> = {
  "a file": { link: (site) => site.mediaLink("file"), ends: "DONE" },
  "a part of HLS": { link: (site) => site.mediaLink("hls"), wishes: { sections }, ends: "DONE" },
  "cover, tags and chapters": { link: (site) => site.pageLink("chapters"), wishes: wide, ends: "DONE" },
  "HLS, the smaller of two": { link: (site) => site.mediaLink("hls"), ends: "DONE" },
  "a part of a file": { link: (site) => site.pageLink("file"), wishes: { sections }, ends: "DONE" },
  "subtitles inside": { link: (site) => site.pageLink("texts"), wishes: { subtitleLanguages: ["en"] }, ends: "DONE" },
  "a video of another day": {
    link: (site) => site.pageLink("chapters"),
    wishes: { uploadedAfter: "2030-01-01" },
    ends: "FAILED",
  },
  "a page that is gone": { link: (site) => site.pageLink("gone"), ends: "FAILED" },
  "a site that asks for patience": { link: (site) => site.pageLink("busy"), ends: "QUEUED" },
};

for (const program of newestProgram)
  describe(`loaded and alone, ${program}`, () => {
    let site: SampleSite;
    let dash: Awaited<ReturnType<typeof startDash>>;
    const runs: Record<Beginning, RunRecord[]> = { loaded: [], alone: [] };
    const ytdlps = {} as Record<Beginning, LoadedYtdlps>;

    before(async () => {
      dash = await startDash();
      site = await startSampleSite({
        videos: [
          { name: "file", seconds: 3 },
          { name: "hls", format: "hls", heights: [90, 180], seconds: 3 },
          { name: "live", title: "Live", format: "hls", live: true, seconds: 3 },
          { name: "texts", subtitles: ["en", "ru"] },
          { name: "chapters", thumbnail: true, chapters, description: "All of it.", uploaded: "2024-06-15" },
          { name: "gone", page: { kind: "status", status: 404 } },
          { name: "busy", page: { kind: "status", status: 429, retryAfterSeconds: 60 } },
          { name: "hole", format: "hls", media: { kind: "status", status: 404, only: "segment0001.ts" } },
        ],
        // Long enough for a garbage collection during the run.
        playlists: [{ name: "feed", videos: Array.from({ length: 5_000 }, (_, n) => `http://127.0.0.1:1/${n}`) }],
      });
      for (const beginning of ["loaded", "alone"] as const)
        ytdlps[beginning] = createRecordedYtdlps(ytdlpOptions, beginning, (run) => runs[beginning].push(run));
    });
    after(async () => {
      await Promise.all([ytdlps.loaded.close(), ytdlps.alone.close(), site.close(), dash.close()]);
    });

    for (const [kind, { link, wishes = {}, ends }] of Object.entries(
      isThorough ? { ...kinds, ...furtherKinds } : kinds,
    ))
      test(`${kind}: a run ends alike, by exit, stderr and files`, async (context) => {
        const from = { alone: runs.alone.length, loaded: runs.loaded.length };
        for (const beginning of ["alone", "loaded"] as const) {
          // The stream begins anew.
          if (kind === live) site.change("live", { live: true });
          const on = await startAgainstSite(context, program, { ytdlps: ytdlps[beginning], maxAttempts: 2 });
          const id = await on.add(link(site, dash.link), { ...wishes, playlistLimit: 10 });
          // The entries of the playlist do not matter here.
          await on.turn();
          assert.equal((await findTask(on.database, id, "all"))?.state, ends);
        }
        const [alone, loaded] = [runs.alone.slice(from.alone), runs.loaded.slice(from.loaded)];
        // The recorded length differs by milliseconds.
        assert.deepEqual(
          compareRuns(alone, loaded, () => kind === live),
          [],
        );
        assert.ok(alone.length > 0 && alone.length === loaded.length);
      });
  });

test("compare runs: it reports ends that only one side has, and broken descriptors in timed scenarios", () => {
  const alone: RunRecord = {
    ...{ scenario: "a.test.ts", beginning: "alone", asked: "/watch/a", stderr: ["w"], files: ["f 1 ab"] },
    exit: { exitCode: 0, signal: undefined },
  };
  const broken = { ...alone, exit: { exitCode: 1, signal: undefined }, stderr: ["[Errno 9] Bad file descriptor"] };
  assert.deepEqual(compareRuns([alone, alone], [alone]), []);
  assert.deepEqual(compareRuns([alone], [alone, broken]), [
    "a.test.ts /watch/a\n  loaded only: exit 1\n    [Errno 9] Bad file descriptor\n    f 1 ab",
  ]);
  assert.equal(compareRuns([alone], [{ ...alone, files: [] }]).length, 2);
  assert.equal(compareRuns([alone], [{ ...alone, files: [] }], () => true).length, 0);
  assert.equal(compareRuns([alone], [broken], () => true).length, 1);
});
