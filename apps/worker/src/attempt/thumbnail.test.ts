import assert from "node:assert/strict";
import { mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test, type TestContext } from "node:test";
import { createLogger } from "@dwld/daemon";
import { defaultOptions, type TaskOptions } from "@dwld/options";
import type { DownloadWork, Facts, TaskRow } from "@dwld/queue";
import { execa } from "execa";
import { workdirOf } from "../workdir/workdir.ts";
import { createThumbnail } from "./thumbnail.ts";

const encoded = Buffer.from("encoded");

/** Starts with a run that says that its picture is there. */
async function begin(
  context: TestContext,
  { encode = () => Promise.resolve(encoded), patienceMs = 60_000, fits = true, task = {}, options = {} }: Given = {},
) {
  const folder = await mkdtemp(join(tmpdir(), "dwld-thumbnail-"));
  context.after(() => rm(folder, { recursive: true }));
  const workdir = workdirOf(folder, "task");
  await mkdir(workdir.personal, { recursive: true });
  const stop = new AbortController();
  const row = {
    has_thumbnail: 0,
    attempt_count: 0,
    options: JSON.stringify({ ...defaultOptions, ...options }),
    ...task,
  };
  const work = { lease: { token: "t", task: row as TaskRow }, signal: stop.signal } as DownloadWork;
  const noted: Facts[] = [];
  const logger = createLogger({ level: "fatal", app: "worker" });
  const thumbnail = createThumbnail(
    { thumbnails: { encode, patienceMs }, logger },
    { work, workdir, ytdlp: { fetchesThumbnails: fits }, progress: { note: (facts) => noted.push(facts) } },
  );
  return { thumbnail, noted, stop, path: join(workdir.personal, "thumbnail") };
}

type Given = {
  encode?: (picture: Buffer) => Promise<Buffer>;
  patienceMs?: number;
  fits?: boolean;
  task?: Partial<TaskRow>;
  options?: Partial<TaskOptions>;
};

test("thumbnail of an attempt: what the run fetched is encoded and noted, once, and a further run fetches none", async (context) => {
  const given: string[] = [];
  const encode = (picture: Buffer) => Promise.resolve(Buffer.from([given.push(picture.toString())]));
  const { thumbnail, noted, path } = await begin(context, { encode });
  await writeFile(path, "fetched");
  assert(thumbnail.isWanted);
  thumbnail.take();
  assert(!thumbnail.isWanted);
  thumbnail.take();
  await thumbnail.settle();
  assert.deepEqual([given, noted], [["fetched"], [{ thumbnail: Buffer.from([1]) }]]);
});

for (const [what, put] of [
  ["a link to another file", async (path) => await symlink("/etc/passwd", path)],
  ["a pipe, which nobody writes to", async (path) => void (await execa("mkfifo", [path]))],
  ["a folder", async (path) => await mkdir(path)],
  ["more than a run fetches", async (path) => await writeFile(path, Buffer.alloc((2 << 20) + 1))],
  ["nothing", async () => await Promise.resolve()],
] as const satisfies readonly (readonly [string, (path: string) => Promise<void>])[])
  test(`thumbnail of an attempt: ${what} in its place is not encoded, and the attempt goes on`, async (context) => {
    const { thumbnail, noted, path } = await begin(context, { encode: () => assert.fail("it was encoded") });
    await put(path);
    thumbnail.take();
    await thumbnail.settle();
    assert.deepEqual(noted, []);
  });

test("thumbnail of an attempt: one that comes after the download's patience is not noted, and none that is stopped", async (context) => {
  for (const isStopped of [false, true]) {
    const late = Promise.withResolvers<Buffer>();
    const patienceMs = isStopped ? 60_000 : 1;
    const { thumbnail, noted, stop, path } = await begin(context, { encode: () => late.promise, patienceMs });
    await writeFile(path, "fetched");
    thumbnail.take();
    if (isStopped) setImmediate(() => stop.abort("canceled"));
    await thumbnail.settle();
    late.resolve(encoded);
    await late.promise;
    assert.deepEqual(noted, []);
  }
});

test("thumbnail of an attempt: none is wanted of sounds, lists, by a yt-dlp that cannot, or twice in a round", async (context) => {
  const cases: [Given, boolean][] = [
    [{}, true],
    [{ task: { attempt_count: 3 } }, true],
    [{ task: { has_thumbnail: 1 } }, true],
    [{ task: { has_thumbnail: 1, attempt_count: 1 } }, false],
    [{ options: { audioOnly: true } }, false],
    [{ options: { playlist: true } }, false],
    [{ fits: false }, false],
  ];
  for (const [given, expected] of cases)
    assert.equal((await begin(context, given)).thumbnail.isWanted, expected, JSON.stringify(given));
});
