import assert from "node:assert/strict";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { test, type TestContext } from "node:test";
import { execa } from "execa";
import { startSampleSite, type SampleSite } from "./sample-site.ts";
import { isThorough } from "./thorough.ts";

/** The yt-dlp of the backports; the one of Debian 13 was seen to handle the site alike. */
const ytdlpPrograms = ["yt-dlp", ...(isThorough ? ["yt-dlp-debian"] : [])];
const baseArguments = ["--ignore-config", "--no-cache-dir", "--no-warnings", "--quiet", "--retry-sleep", "0.1"];

async function temporaryFolder(t: TestContext): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "dwld-site-test-"));
  t.after(() => rm(folder, { recursive: true }));
  return folder;
}

interface Download {
  id: string;
  title: string;
  height: number | null;
  path: string;
}

/** Downloads links with one run of yt-dlp. */
async function download(program: string, folder: string, links: string[], more: string[] = []): Promise<Download[]> {
  const { stdout } = await execa(program, [
    ...baseArguments,
    ...["--no-simulate", "--paths", folder, "--output", "%(id)s.%(ext)s"],
    ...["--print", 'after_move:{"id":%(id)j,"title":%(title)j,"height":%(height)j,"path":%(filepath)j}'],
    ...["--output-na-placeholder", "null", ...more, "--", ...links],
  ]);
  return stdout.split("\n").map((line) => JSON.parse(line) as Download);
}

/** Returns what yt-dlp writes to stderr about links that all fail. */
async function complaints(program: string, links: string[]): Promise<string[]> {
  const once = ["--simulate", "--retries", "0", "--extractor-retries", "0"];
  const { stderr } = await execa(program, [...baseArguments, ...once, "--", ...links], { reject: false });
  return stderr.split("\n").filter((line) => line.startsWith("ERROR"));
}

async function streamsOf(path: string): Promise<string> {
  const { stdout } = await execa("ffprobe", [
    "-v",
    "error",
    "-of",
    "csv=p=0",
    "-show_entries",
    "stream=codec_name",
    path,
  ]);
  return stdout.split("\n").filter(Boolean).toSorted().join(" ");
}

function requestsFor(site: SampleSite, path: string) {
  return site.requests.filter((request) => request.path === path);
}

for (const program of ytdlpPrograms) {
  test(`sample site: ${program} downloads an mp4 by its link, byte for byte`, async (t) => {
    await using site = await startSampleSite({ videos: [{ name: "plain" }] });
    const [got] = await download(program, await temporaryFolder(t), [site.mediaLink("plain")]);
    assert.equal(got?.id, "plain");
    assert.deepEqual(await readFile(got.path), await readFile(site.mediaFile("plain")));
  });

  test(`sample site: ${program} downloads HLS by its link, with picture and sound`, async (t) => {
    await using site = await startSampleSite({ videos: [{ name: "stream", format: "hls", seconds: 3 }] });
    const [got] = await download(program, await temporaryFolder(t), [site.mediaLink("stream")]);
    assert.equal(await streamsOf(got?.path ?? ""), "aac h264");
  });

  test(`sample site: ${program} finds the video in a page, under the page's title whatever is in it`, async (t) => {
    const titles = ["Пример 😀", "a/b \"c\" <d> & 'e'", ".dot", "-dash", "Ж".repeat(150)];
    const videos = titles.map((title, index) => ({ name: `video-${index}`, title, seconds: 1 }));
    await using site = await startSampleSite({
      videos: [...videos, { name: "stream", title: "Stream", format: "hls" }],
    });
    const links = [...videos.map(({ name }) => site.pageLink(name)), site.pageLink("stream")];
    const got = await download(program, await temporaryFolder(t), links);
    assert.deepEqual(
      got.map(({ title }) => title),
      // The generic extractor numbers the players of a page.
      [...titles, "Stream"].map((title) => `${title} (1)`),
    );
    for (const [index, { path }] of got.slice(0, titles.length).entries()) {
      assert.deepEqual(await readFile(path), await readFile(site.mediaFile(`video-${index}`)));
    }
  });

  test(`sample site: ${program} gives two videos of one title two ids`, async (t) => {
    const videos = [
      { name: "first", title: "Same" },
      { name: "second", title: "Same" },
    ];
    await using site = await startSampleSite({ videos });
    const got = await download(
      program,
      await temporaryFolder(t),
      videos.map(({ name }) => site.pageLink(name)),
    );
    assert.deepEqual(
      got.map(({ id, title }) => [id, title]),
      [
        ["first-1", "Same (1)"],
        ["second-1", "Same (1)"],
      ],
    );
  });

  test(`sample site: ${program} can choose among heights: of HLS variants, of a page's sources, upright too`, async (t) => {
    const heights = [360, 720];
    await using site = await startSampleSite({
      videos: [
        { name: "stream", format: "hls", heights },
        { name: "sources", heights },
        { name: "upright", heights, portrait: true },
      ],
    });
    const links = [site.mediaLink("stream"), site.pageLink("sources"), site.pageLink("upright")];
    const got = await download(program, await temporaryFolder(t), links, ["--format-sort", "res:360"]);
    assert.deepEqual(
      got.map(({ height }) => height),
      [360, 360, 640],
    );
  });

  test(`sample site: ${program} sees a feed as a playlist of page links, and a page of players as one of files`, async () => {
    const videos = [{ name: "first" }, { name: "second", title: "Second" }];
    const playlists = [{ name: "all", title: "All of it", videos: ["first", "second"] }];
    await using site = await startSampleSite({ videos, playlists });
    const flat = async (link: string) => {
      const { stdout } = await execa(program, [...baseArguments, "--flat-playlist", "--dump-single-json", "--", link]);
      const list = JSON.parse(stdout) as { title: string; entries: { url: string; title: string }[] };
      return [list.title, ...list.entries.map(({ url, title }) => `${title} ${url}`)];
    };
    const [feed, page] = await Promise.all([flat(site.playlistLink("all")), flat(`${site.url}/playlists/all`)]);
    assert.deepEqual(feed, ["All of it", `first ${site.pageLink("first")}`, `Second ${site.pageLink("second")}`]);
    assert.deepEqual(page, [
      "All of it",
      `All of it (1) ${site.mediaLink("first")}`,
      `All of it (2) ${site.mediaLink("second")}`,
    ]);
  });

  test(`sample site: ${program} finds what is told beside a video: by its player, by schema.org, and in a feed`, async () => {
    const chapters = [{ title: "One", startSeconds: 0, endSeconds: 2 }];
    await using site = await startSampleSite({
      videos: [
        { name: "player", subtitles: ["en", "pt-BR"], thumbnail: true },
        { name: "schema", chapters, uploaded: "2024-05-01", description: "Words.", thumbnail: true },
        { name: "live", format: "hls", live: true, seconds: 60 },
      ],
      playlists: [{ name: "feed", videos: ["schema"] }],
    });
    const fields = "%(.{title,description,duration,thumbnail,upload_date,live_status,chapters,subtitles})j";
    const tell = async (link: string, ...more: string[]) => {
      const { stdout } = await execa(program, [...baseArguments, "--simulate", "--print", fields, ...more, "--", link]);
      return JSON.parse(stdout) as Record<string, unknown>;
    };
    const player = await tell(site.pageLink("player"));
    assert.equal(player["thumbnail"], `${site.url}/thumbnails/player.jpg`);
    assert.deepEqual(Object.keys(player["subtitles"] ?? {}), ["en", "pt-BR"]);
    assert.partialDeepStrictEqual(await tell(site.pageLink("schema")), {
      title: "schema",
      description: "Words.",
      duration: 2,
      thumbnail: `${site.url}/thumbnails/schema.jpg`,
      upload_date: "20240501",
      chapters: [{ title: "One", start_time: 0, end_time: 2 }],
    });
    assert.equal((await tell(site.playlistLink("feed"), "--flat-playlist"))["upload_date"], "20240501");
    assert.equal((await tell(site.pageLink("live")))["live_status"], "is_live");
    site.change("live", { live: false });
    assert.equal((await tell(site.pageLink("live")))["live_status"], undefined);
  });

  test(`sample site: ${program} goes on by Range where the connection was cut`, async (t) => {
    const video = { name: "cut", sizeBytes: 3_000_000, dropAtByte: 1_000_000, dropTimes: 1 };
    await using site = await startSampleSite({ videos: [video] });
    const [got] = await download(program, await temporaryFolder(t), [site.pageLink("cut")]);
    assert.deepEqual(await readFile(got?.path ?? ""), await readFile(site.mediaFile("cut")));
    const last = requestsFor(site, "/videos/cut.mp4").at(-1);
    assert.match(last?.range ?? "", /^bytes=[1-9]\d+-$/);
    assert.equal(last?.status, 206);
  });

  test(`sample site: ${program} starts anew where the site ignores Range and tells no length`, async (t) => {
    const video = { name: "stubborn", sizeBytes: 3_000_000, ranges: false, lengthKnown: false };
    await using site = await startSampleSite({ videos: [video] });
    const [got] = await download(program, await temporaryFolder(t), [site.mediaLink("stubborn")]);
    assert.deepEqual(await readFile(got?.path ?? ""), await readFile(site.mediaFile("stubborn")));
  });

  test(`sample site: ${program} gives up where the connection is always cut`, async (t) => {
    const video = { name: "cut", sizeBytes: 3_000_000, dropAtByte: 1_000_000 };
    await using site = await startSampleSite({ videos: [video] });
    const folder = await temporaryFolder(t);
    await assert.rejects(download(program, folder, [site.mediaLink("cut")], ["--retries", "2"]), /Giving up after 2/);
  });

  test(`sample site: ${program} says what an unfriendly page answered`, async () => {
    const statuses = [403, 404, 410, 429, 500];
    await using site = await startSampleSite({
      videos: [
        ...statuses.map((status) => ({ name: `s${status}`, page: { kind: "status" as const, status } })),
        { name: "loop", page: { kind: "redirect-loop" } },
        { name: "hang", page: { kind: "hang", seconds: 0.1 } },
      ],
    });
    const names = [...statuses.map((status) => `s${status}`), "loop", "hang"];
    const lines = await complaints(
      program,
      names.map((name) => site.pageLink(name)),
    );
    const expected = [
      ...statuses.map((status) => `HTTP Error ${status}`),
      "redirect loop",
      "closed connection without",
    ];
    assert.equal(lines.length, expected.length);
    for (const [index, part] of expected.entries()) assert.ok(lines[index]?.includes(part), lines[index]);
  });

  test(`sample site: ${program} takes html and nothing for a video, where the site calls them so`, async (t) => {
    await using site = await startSampleSite({
      videos: [
        { name: "html", media: { kind: "html" } },
        { name: "empty", media: { kind: "empty" } },
      ],
    });
    const folder = await temporaryFolder(t);
    const [got] = await download(program, folder, [site.mediaLink("html")]);
    assert.equal(basename(got?.path ?? ""), "html.mp4");
    assert.match(await readFile(got?.path ?? "", "utf8"), /<!doctype html>/);
    await assert.rejects(download(program, folder, [site.mediaLink("empty")]), /Did not get any data blocks/);
  });
}
