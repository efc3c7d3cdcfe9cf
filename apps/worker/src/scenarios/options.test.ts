import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { MessageInitShape } from "@bufbuild/protobuf";
import {
  AudioFormat,
  FailureClass,
  Placement,
  Recode,
  type Task,
  type TaskOptions,
  type TaskOptionsSchema,
  TaskState,
} from "@dwld/rpc";
import { type Dwld, type SampleSite, startDwld, startSampleSite, waitForTask } from "@dwld/testbed";
import { fileNames as names, lookInto } from "./testing/look-into.ts";
import { newestProgram } from "./testing/against-site.ts";

const chapters = [
  { title: "One", startSeconds: 0, endSeconds: 4 },
  { title: "Two", startSeconds: 4, endSeconds: 12 },
];

let folder = "";
let site: SampleSite;

before(async () => {
  folder = await mkdtemp(join(tmpdir(), "dwld-options-"));
  site = await startSampleSite({
    videos: [
      { name: "player", title: "Player", seconds: 12, subtitles: ["en", "en-US", "en-de", "ru"], thumbnail: true },
      { name: "page", title: "Page", seconds: 12, thumbnail: true, chapters, description: "All of it." },
      { name: "webm", title: "WebM", format: "webm", subtitles: ["en"], thumbnail: true },
      { name: "hls", title: "HLS", format: "hls", seconds: 12 },
      { name: "old", title: "Old", uploaded: "2020-06-15" },
      { name: "new", title: "New", uploaded: "2024-06-15" },
      { name: "undated", title: "Undated" },
      { name: "broken", title: "Broken", thumbnail: "broken", subtitles: ["en"] },
      {
        name: "sponsored",
        title: "Sponsored",
        seconds: 12,
        sponsors: [
          { category: "sponsor", startSeconds: 2, endSeconds: 6 },
          { category: "intro", startSeconds: 8, endSeconds: 9 },
        ],
      },
    ],
    playlists: [{ name: "feed", title: "Feed", videos: ["new", "old", "undated"] }],
  });
});
after(async () => {
  await site.close();
  await rm(folder, { recursive: true });
});

/**
 * Makes a yt-dlp that asks SponsorBlock for the sample site's videos too, not only YouTube's. It is a script like
 * yt-dlp's own, so that it can be kept loaded.
 */
async function sponsoredProgram(program: string): Promise<string> {
  const tree = join(import.meta.dirname, "../../../../.tools/yt-dlp/usr/lib/python3/dist-packages");
  const modules = [join(import.meta.dirname, "testing"), ...(program === "yt-dlp" ? [tree] : [])];
  const path = join(folder, program);
  const lines = [
    "#!/usr/bin/python3",
    "import sys",
    `sys.path[:0] = ${JSON.stringify(modules)}`,
    "import sponsorblock_everywhere",
    `sponsorblock_everywhere.ask_everywhere(${JSON.stringify(site.url)})`,
    "if __name__ == '__main__':",
    "    import yt_dlp",
    "    sys.exit(yt_dlp.main())",
  ];
  await writeFile(path, `${lines.join("\n")}\n`, { mode: 0o755 });
  return path;
}

for (const program of newestProgram)
  describe(`options, ${program}`, { concurrency: 2 }, () => {
    let dwld: Dwld;

    before(async () => {
      dwld = await startDwld({
        apps: ["api", "worker"],
        configuration: {
          worker: { parallel: 2, ytdlp: { command: [await sponsoredProgram(program)] } },
          sites: { sample: { hosts: ["127.0.0.1"], parallel: 2, stages: ["default"] } },
        },
      });
    });
    after(async () => dwld.stop());

    type Options = Exclude<MessageInitShape<typeof TaskOptionsSchema>, TaskOptions>;

    async function add(link: string, options: Options): Promise<string> {
      const { task } = await dwld.client.addTask({ link, folder: crypto.randomUUID(), options });
      return task?.id ?? "";
    }
    async function ended(id: string, state: TaskState): Promise<Task> {
      const task = await waitForTask(dwld.client, id, ({ finishTime }) => finishTime !== undefined, 90_000);
      assert.equal(task.state, state, task.failure?.message);
      return task;
    }
    async function done(link: string, options: Options): Promise<Task> {
      return await ended(await add(link, options), TaskState.DONE);
    }

    test("sound alone comes as MP3, as M4A, and as it is", async () => {
      const page = site.pageLink("page");
      const mp3 = await done(page, { audioOnly: true, audioFormat: AudioFormat.MP3, thumbnail: Placement.EMBEDDED });
      assert.deepEqual(names(mp3), ["Page [page].mp3"]);
      assert.deepEqual((await look(mp3)).codecs, ["mp3", "cover"]);
      const m4a = await done(page, { audioOnly: true, audioFormat: AudioFormat.M4A });
      assert.deepEqual([names(m4a), (await look(m4a)).codecs], [["Page [page].m4a"], ["aac"]]);
      const best = await done(site.pageLink("webm"), { audioOnly: true, audioFormat: AudioFormat.BEST });
      assert.deepEqual((await look(best)).codecs, ["opus"]);
    });

    test("subtitles are embedded with their country variants, and without machine translations", async () => {
      const task = await done(site.pageLink("player"), { subtitleLanguages: ["en", "ru"], automaticSubtitles: true });
      assert.deepEqual(names(task), ["Player (1) [player-1].mp4"]);
      const { codecs, languages } = await look(task);
      assert.deepEqual(codecs, ["h264", "aac", "mov_text", "mov_text", "mov_text"]);
      assert.deepEqual(languages, ["eng", "eng", "rus"]);
      assert.deepEqual(task.remark, []);
    });

    test("subtitles and thumbnail beside the video have its name", async () => {
      const options = {
        subtitleLanguages: ["en-us", "ru"],
        subtitlePlacement: Placement.FILE,
        thumbnail: Placement.FILE,
      };
      const task = await done(site.pageLink("player"), options);
      const stem = "Player (1) [player-1]";
      assert.deepEqual(names(task), [`${stem}.mp4`, `${stem}.en-US.vtt`, `${stem}.jpg`, `${stem}.ru.vtt`]);
      assert.deepEqual((await look(task)).codecs, ["h264", "aac"]);
      assert.equal(task.height, 90, "the video was measured, not the thumbnail");
    });

    test("subtitles of sound alone come beside it", async () => {
      const task = await done(site.pageLink("player"), { audioOnly: true, subtitleLanguages: ["ru"] });
      assert.deepEqual(names(task), ["Player (1) [player-1].m4a", "Player (1) [player-1].ru.vtt"]);
    });

    test("missing subtitles are reported, and the video arrives", async () => {
      const task = await done(site.pageLink("player"), { subtitleLanguages: ["ja", "fr"] });
      assert.equal(task.remark[0]?.text ?? "", "The site has no subtitles in ja, fr.");
    });

    test("chapters, tags and the cover are embedded", async () => {
      const options = { embedChapters: true, embedMetadata: true, thumbnail: Placement.EMBEDDED };
      const all = await look(await done(site.pageLink("page"), options));
      assert.deepEqual(all.chapters, ["One", "Two"]);
      assert.equal(all.tags["title"], "Page");
      assert.equal(all.tags["description"], "All of it.");
      assert.ok(all.codecs.includes("cover"));
      const tags = await look(await done(site.pageLink("page"), { embedMetadata: true }));
      assert.deepEqual([tags.chapters, tags.tags["title"]], [[], "Page"]);
      const bare = await look(await done(site.pageLink("page"), {}));
      assert.deepEqual([bare.chapters, bare.tags["title"]], [[], undefined]);
    });

    test("extras that WebM cannot hold make it Matroska, without encoding again", async () => {
      const task = await done(site.pageLink("webm"), { subtitleLanguages: ["en"], thumbnail: Placement.EMBEDDED });
      assert.deepEqual(names(task), ["WebM (1) [webm-1].mkv"]);
      assert.deepEqual((await look(task)).codecs, ["vp9", "opus", "webvtt", "cover"]);
    });

    test("a video becomes H.264 and AAC in MP4 only on request", async () => {
      const kept = await done(site.pageLink("webm"), {});
      assert.deepEqual([names(kept), (await look(kept)).codecs], [["WebM (1) [webm-1].webm"], ["vp9", "opus"]]);
      const options = { recode: Recode.MP4, subtitleLanguages: ["en"], thumbnail: Placement.EMBEDDED };
      const made = await done(site.pageLink("webm"), options);
      assert.deepEqual(names(made), ["WebM (1) [webm-1].mp4"]);
      assert.deepEqual((await look(made)).codecs, ["h264", "aac", "mov_text", "cover"]);
    });

    test("a video that is H.264 and AAC already stays as it is", async () => {
      const task = await done(site.pageLink("player"), { recode: Recode.MP4 });
      assert.equal(task.files[0]?.sha256, (await done(site.pageLink("player"), {})).files[0]?.sha256);
    });

    test("SponsorBlock's segments are cut out, or become chapters", async () => {
      const cut = await look(await done(site.pageLink("sponsored"), { sponsorblockRemove: ["sponsor", "intro"] }));
      assert.ok(Math.abs(cut.seconds - 7) < 1.1, `${cut.seconds} s`);
      const exact = { sponsorblockRemove: ["sponsor"], recode: Recode.MP4 };
      const { seconds } = await look(await done(site.pageLink("sponsored"), exact));
      assert.ok(Math.abs(seconds - 8) < 0.15, `${seconds} s`);
      const marked = await look(await done(site.pageLink("sponsored"), { sponsorblockMark: ["intro", "sponsor"] }));
      assert.ok(Math.abs(marked.seconds - 12) < 0.15);
      const marks = marked.chapters.filter((title) => title.startsWith("[SponsorBlock]"));
      assert.deepEqual(marks, ["[SponsorBlock]: Sponsor", "[SponsorBlock]: Intermission/Intro Animation"]);
    });

    test("a thumbnail that cannot be embedded does not stop the video", async () => {
      const options = { thumbnail: Placement.EMBEDDED, subtitleLanguages: ["en"] };
      const task = await done(site.pageLink("broken"), options);
      assert.deepEqual(names(task), ["Broken (1) [broken-1].mp4", "Broken (1) [broken-1].en.vtt"]);
      assert.equal(task.remark[0]?.text ?? "", "Not put into the file, since that failed: subtitles, thumbnail.");
      assert.equal(task.attempts.length, 1);
    });

    test("sections of a video are files of their own, with the right durations", async () => {
      const sections = [{ start: span(2), end: span(5) }, { start: span(2), end: span(4.5) }, { start: span(8) }];
      for (const name of ["page", "hls"]) {
        const task = await done(site.pageLink(name), { sections, thumbnail: Placement.FILE });
        const videos = task.files.filter(({ name: file }) => file.endsWith(".mp4"));
        assert.deepEqual(
          videos.map(({ name: file }) => file.replace(/^.*\] /, "")),
          ["2s-5s.mp4", "2s-4.5s.mp4", "8s-end.mp4"],
        );
        const lengths = await Promise.all(videos.map(async ({ localPath }) => (await lookInto(localPath)).seconds));
        for (const [index, expected] of [3, 2.5, 4].entries())
          assert.ok(Math.abs((lengths[index] ?? 0) - expected) < 1.1, `${name} ${index}: ${lengths[index]} s`);
      }
    });

    test("a cut is exact if encoding was requested", async () => {
      const options = { sections: [{ start: span(2.5), end: span(4) }], recode: Recode.MP4 };
      const { seconds, codecs } = await look(await done(site.pageLink("page"), options));
      assert.ok(Math.abs(seconds - 1.5) < 0.15, `${seconds} s`);
      assert.deepEqual(codecs, ["h264", "aac"]);
    });

    test("a section behind the end is reported at once, and the others arrive", async () => {
      const behind = { start: span(100), end: span(110) };
      const id = await add(site.pageLink("page"), { sections: [behind] });
      const task = await ended(id, TaskState.FAILED);
      assert.equal(task.failure?.failureClass, FailureClass.FILTERED);
      assert.match(task.failure.message, /ends before the part begins/);
      assert.equal(task.attempts.length, 1);
      const some = await done(site.pageLink("page"), { sections: [behind, { end: span(3) }] });
      assert.deepEqual(names(some), ["Page [page] 0s-3s.mp4"]);
      assert.match(some.remark[0]?.text ?? "", /ends before/);
    });

    test("entries of a feed outside of the days are left out, undated ones are looked at", async () => {
      const id = await add(site.playlistLink("feed"), { playlist: true, uploadedAfter: "2024-01-01" });
      const parent = await ended(id, TaskState.DONE);
      assert.equal(parent.childCount, 2);
      const { tasks } = await dwld.client.listTasks({ filter: { parentId: id } });
      assert.deepEqual(tasks.map(({ link }) => link.replace(/^.*\//, "")).toSorted(), ["new", "undated"]);
      for (const entry of tasks)
        assert.equal((await ended(entry.id, TaskState.DONE)).options?.uploadedAfter, "2024-01-01");
    });

    test("a video outside of the days ends as filtered, with its day", async () => {
      const task = await ended(await add(site.pageLink("old"), { uploadedAfter: "2024-01-01" }), TaskState.FAILED);
      assert.equal(task.failure?.failureClass, FailureClass.FILTERED);
      assert.equal(task.failure.message, "the video was uploaded on 2020-06-15, before 2024-01-01");
      assert.equal(task.attempts.length, 1);
      await done(site.pageLink("old"), { uploadedAfter: "2020-06-15", uploadedBefore: "2020-06-15" });
    });
  });

function span(seconds: number) {
  return { seconds: BigInt(Math.floor(seconds)), nanos: Math.round((seconds % 1) * 1e9) };
}

const look = async ({ files }: Task) => lookInto(files[0]?.localPath ?? "");
