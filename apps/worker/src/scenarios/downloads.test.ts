import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { readdir, readFile, stat } from "node:fs/promises";
import { basename, join } from "node:path";
import { after, before, test } from "node:test";
import { type AddTaskRequestSchema, TaskState, type Task } from "@dwld/rpc";
import type { MessageInitShape } from "@bufbuild/protobuf";
import { type Dwld, eventually, type SampleSite, startDwld, startSampleSite, waitForTask } from "@dwld/testbed";

/** Delivery is off here: files end in the download folder. */
let site: SampleSite;
let dwld: Dwld;

before(async () => {
  site = await startSampleSite({
    videos: [
      { name: "plain" },
      { name: "page", title: "A page with a player" },
      { name: "stream", format: "hls", heights: [90, 180] },
      { name: "twin1", title: "The same title" },
      { name: "twin2", title: "The same title", seconds: 3 },
      { name: "emoji", title: "Привет 😀 / «мир»: 100% ?" },
      { name: "long", title: "ж".repeat(300) },
      { name: "hidden", title: ".-.hidden" },
      { name: "dash", title: "--exec=touch /tmp/x" },
      { name: "one" },
      { name: "two" },
      { name: "three" },
    ],
    playlists: [{ name: "list", title: "Three of them", videos: ["one", "two", "three"] }],
  });
  dwld = await startDwld({
    apps: ["api", "worker"],
    configuration: {
      sites: { sample: { hosts: ["127.0.0.1"], parallel: 2 } },
      limits: { perChat: { playlistEntries: 2 } },
    },
  });
});
after(async () => {
  await dwld.stop();
  await site.close();
});

type Request = Omit<MessageInitShape<typeof AddTaskRequestSchema>, "link" | "$typeName">;

async function add(link: string, request: Request = {}): Promise<string> {
  const { task } = await dwld.client.addTask({ link, ...request });
  assert.ok(task);
  return task.id;
}

const done = (id: string): Promise<Task> => waitForTask(dwld.client, id, TaskState.DONE, 60_000);

test("download: a link to a file arrives byte by byte, and its hash, attempt and height are on record", async () => {
  const task = await done(await add(site.mediaLink("plain"), { userName: "ann", folder: "films/new" }));
  const [file] = task.files;
  assert.ok(file);
  assert.equal(file.localPath, join(dwld.data, "downloads/ann/films/new", file.name));
  const bytes = await readFile(file.localPath);
  assert.deepEqual(bytes, await readFile(site.mediaFile("plain")));
  assert.equal(file.sha256, createHash("sha256").update(bytes).digest("hex"));
  assert.equal(file.sizeBytes, BigInt(bytes.length));
  assert.equal(task.height, 90);
  assert.equal(task.attempts.length, 1);
  assert.equal(task.attempts[0]?.exitCode, 0);
  assert.equal(task.attempts[0]?.downloadedBytes, BigInt(bytes.length));
});

test("download: the title of a page with a player is that of the task and the file", async () => {
  const task = await done(await add(site.pageLink("page")));
  assert.equal(task.title, "A page with a player (1)", "yt-dlp numbers the players of a page");
  assert.match(task.files[0]?.name ?? "", /^A page with a player \(1\) \[page\S*\]\.mp4$/);
});

test("download: the quality caps the shorter side of HLS, and the height that came is on record", async () => {
  const low = await done(await add(site.mediaLink("stream"), { targetQuality: 90 }));
  const best = await done(await add(site.mediaLink("stream")));
  assert.deepEqual([low.height, best.height], [90, 180]);
  assert.ok(Number(best.duration?.seconds) >= 1);
});

test("download: sound alone has no picture", async () => {
  const task = await done(await add(site.mediaLink("plain"), { options: { audioOnly: true } }));
  assert.equal(task.height, undefined);
  assert.match(task.files[0]?.name ?? "", /\.m4a$/);
});

test("download: two videos with the same title arrive under two names", async () => {
  const ids = [await add(site.pageLink("twin1")), await add(site.pageLink("twin2"))];
  const tasks = await Promise.all(ids.map(done));
  const names = tasks.map(({ files }) => files[0]?.name);
  assert.equal(new Set(names).size, 2);
  for (const { title } of tasks) assert.equal(title, "The same title (1)");
});

test("download: one video that two chats request into one folder arrives twice, under two names", async () => {
  const ids = [
    await add(site.pageLink("page"), { chatId: "a", folder: "f" }),
    await add(site.pageLink("page"), { chatId: "b", folder: "f" }),
  ];
  const tasks = await Promise.all(ids.map(done));
  const names = tasks.map(({ files }) => files[0]?.name ?? "");
  assert.equal(new Set(names).size, 2, names.join());
  assert.ok(names.some((name) => name.endsWith(" (2).mp4")));
});

test("download: hostile titles become names that are safe, readable and short enough", async () => {
  const names = ["emoji", "long", "hidden", "dash"];
  const ids: string[] = [];
  for (const name of names) ids.push(await add(site.pageLink(name)));
  const files = (await Promise.all(ids.map(done))).map(({ files: [file] }) => file);
  assert.match(files[0]?.name ?? "", /^Привет 😀 ⧸ «мир»： 100% ？ \(1\) \[/);
  for (const file of files) {
    assert.ok(file);
    assert.equal(file.name, basename(file.localPath));
    assert.ok(Buffer.byteLength(file.name) <= 200);
    assert.doesNotMatch(file.name, /^[.-]/);
    assert.ok((await stat(file.localPath)).size > 0);
  }
});

test("download: a playlist becomes a task for each of its entries, up to the limit, and says how many it left out", async () => {
  const id = await add(site.playlistLink("list"), { chatId: "p", options: { playlist: true } });
  const parent = await done(id);
  assert.equal(parent.childCount, 2);
  assert.match(parent.remark[0]?.text ?? "", /^Entries of the playlist that were taken: (2 of 3|the first 2)\. /);
  const { tasks } = await dwld.client.listTasks({ filter: { parentId: id } });
  assert.equal(tasks.length, 2);
  for (const child of tasks) {
    assert.equal(child.chatId, "p");
    await done(child.id);
  }
});

test("download: without the playlist option, one video of a playlist is taken", async () => {
  const task = await done(await add(site.playlistLink("list"), { folder: "single" }));
  assert.equal(task.files.length, 1);
  assert.equal(task.childCount, 0);
});

test("download: nothing is left in the folders of the tasks", async () => {
  // A task's folder is removed when its end is on record.
  const left = async () => (await readdir(join(dwld.data, "downloads/.dwld"))).filter((name) => name.includes("-"));
  await eventually("the working folder is empty", async () => (await left()).length === 0);
});
