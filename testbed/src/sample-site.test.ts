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
/** The scenarios of the worker fail, too, if the site serves these otherwise. */
const thorough = { skip: !isThorough };
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
  // One run downloads them all: loading yt-dlp costs more CPU than the downloads do.
  test(`sample site: ${program} downloads what it serves`, async (t) => {
    const titles = ["Пример 😀", "a/b \"c\" <d> & 'e'", ".dot", "-dash", "Ж".repeat(150)];
    const titled = titles.map((title, index) => ({ name: `video-${index}`, title, seconds: 1 }));
    await using site = await startSampleSite({
      videos: [
        { name: "plain" },
        { name: "stream", title: "Stream", format: "hls", seconds: 3 },
        ...titled,
        { name: "first", title: "Same" },
        { name: "second", title: "Same" },
        { name: "cut", sizeBytes: 3_000_000, dropAtByte: 1_000_000, dropTimes: 1 },
        { name: "stubborn", sizeBytes: 3_000_000, ranges: false, lengthKnown: false },
        { name: "html", media: { kind: "html" } },
      ],
    });
    const ofPage = [...titled.map(({ name }) => name), "stream", "first", "second", "cut"];
    const got = await download(program, await temporaryFolder(t), [
      ...["plain", "stream", "stubborn", "html"].map((name) => site.mediaLink(name)),
      ...ofPage.map((name) => site.pageLink(name)),
    ]);
    const [plain, stream, stubborn, html, ...ofPages] = got;
    const cut = ofPages.pop();
    const same = ofPages.splice(-2);
    const isServed = async (one: Download | undefined, name: string) => {
      assert.deepEqual(await readFile(one?.path ?? ""), await readFile(site.mediaFile(name)));
    };

    await t.test("an mp4 by its link, byte for byte", async () => {
      assert.equal(plain?.id, "plain");
      await isServed(plain, "plain");
    });
    await t.test("HLS by its link, with picture and sound", async () => {
      assert.equal(await streamsOf(stream?.path ?? ""), "aac h264");
    });
    await t.test("the video of a page, under the page's title whatever is in it", async () => {
      assert.deepEqual(
        ofPages.map(({ title }) => title),
        // The generic extractor numbers the players of a page.
        [...titles, "Stream"].map((title) => `${title} (1)`),
      );
      for (const [index, { name }] of titled.entries()) await isServed(ofPages[index], name);
    });
    await t.test("two videos of one title, by two ids", () => {
      assert.deepEqual(
        same.map(({ id, title }) => [id, title]),
        [
          ["first-1", "Same (1)"],
          ["second-1", "Same (1)"],
        ],
      );
    });
    await t.test("by Range where the connection was cut", async () => {
      await isServed(cut, "cut");
      const last = requestsFor(site, "/videos/cut.mp4").at(-1);
      assert.match(last?.range ?? "", /^bytes=[1-9]\d+-$/);
      assert.equal(last?.status, 206);
    });
    await t.test("anew where the site ignores Range and tells no length", () => isServed(stubborn, "stubborn"));
    await t.test("html, where the site calls it a video", async () => {
      assert.equal(basename(html?.path ?? ""), "html.mp4");
      assert.match(await readFile(html?.path ?? "", "utf8"), /<!doctype html>/);
    });
  });

  test(
    `sample site: ${program} can choose among heights: of HLS variants, of a page's sources, upright too`,
    thorough,
    async (t) => {
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
    },
  );

  test(
    `sample site: ${program} sees a feed as a playlist of page links, and a page of players as one of files`,
    thorough,
    async () => {
      const videos = [{ name: "first" }, { name: "second", title: "Second" }];
      const playlists = [{ name: "all", title: "All of it", videos: ["first", "second"] }];
      await using site = await startSampleSite({ videos, playlists });
      const links = [site.playlistLink("all"), `${site.url}/playlists/all`];
      const flat = ["--flat-playlist", "--dump-single-json"];
      const { stdout } = await execa(program, [...baseArguments, ...flat, "--", ...links]);
      const [feed, page] = stdout.split("\n").map((line) => {
        const list = JSON.parse(line) as { title: string; entries: { url: string; title: string }[] };
        return [list.title, ...list.entries.map(({ url, title }) => `${title} ${url}`)];
      });
      assert.deepEqual(feed, ["All of it", `first ${site.pageLink("first")}`, `Second ${site.pageLink("second")}`]);
      assert.deepEqual(page, [
        "All of it",
        `All of it (1) ${site.mediaLink("first")}`,
        `All of it (2) ${site.mediaLink("second")}`,
      ]);
    },
  );

  test(
    `sample site: ${program} finds what is told beside a video: by its player, by schema.org, and in a feed`,
    thorough,
    async () => {
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
      const flat = ["--simulate", "--flat-playlist", "--print", fields];
      const tell = async (...links: string[]) => {
        const { stdout } = await execa(program, [...baseArguments, ...flat, "--", ...links]);
        return stdout.split("\n").map((line) => JSON.parse(line) as Record<string, unknown>);
      };
      const links = [
        site.pageLink("player"),
        site.pageLink("schema"),
        site.playlistLink("feed"),
        site.pageLink("live"),
      ];
      const [player, schema, entry, live] = await tell(...links);
      assert.equal(player?.["thumbnail"], `${site.url}/thumbnails/player.jpg`);
      assert.deepEqual(Object.keys(player["subtitles"] ?? {}), ["en", "pt-BR"]);
      assert.partialDeepStrictEqual(schema, {
        title: "schema",
        description: "Words.",
        duration: 2,
        thumbnail: `${site.url}/thumbnails/schema.jpg`,
        upload_date: "20240501",
        chapters: [{ title: "One", start_time: 0, end_time: 2 }],
      });
      assert.equal(entry?.["upload_date"], "20240501");
      assert.equal(live?.["live_status"], "is_live");
      site.change("live", { live: false });
      const [ended] = await tell(site.pageLink("live"));
      assert.equal(ended?.["live_status"], undefined);
    },
  );

  test(`sample site: ${program} gives up where the connection is always cut, or nothing comes`, thorough, async (t) => {
    const video = { name: "cut", sizeBytes: 3_000_000, dropAtByte: 1_000_000 };
    await using site = await startSampleSite({ videos: [video, { name: "empty", media: { kind: "empty" } }] });
    const args = ["--retries", "2", "--paths", await temporaryFolder(t)];
    const links = [site.mediaLink("cut"), site.mediaLink("empty")];
    const { stderr, exitCode } = await execa(program, [...baseArguments, ...args, "--", ...links], { reject: false });
    assert.equal(exitCode, 1);
    assert.match(stderr, /Giving up after 2 retries[^]*Did not get any data blocks/);
  });

  test(`sample site: ${program} says what an unfriendly page answered`, thorough, async () => {
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
}
