import assert from "node:assert/strict";
import { mkdtemp, open, readdir, readFile, rm, stat, symlink, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { after, before, test } from "node:test";
import { isThorough, makeVideo } from "@dwld/testbed";
import { execa } from "execa";
import { noWalls } from "../process/walls.ts";
import { judgeMedia, type Judgement } from "./judge-media.ts";
import { readPlainMedia, reporting } from "./plain/read-plain-media.ts";
import { makeContainers, type Sample } from "./testing/containers.ts";
import { mutate } from "./testing/mutate.ts";

const mutations = isThorough ? 1000 : 48;

let folder = "";
let samples: Sample[] = [];

before(async () => {
  folder = await mkdtemp(join(tmpdir(), "dwld-judge-"));
  samples = await makeContainers(folder);
});
after(() => rm(folder, { recursive: true }));

const run = { walls: noWalls, environment: { PATH: process.env["PATH"] ?? "" }, signal: new AbortController().signal };

/** Returns the parts of a judgement that clients see, or that decide about the file. */
function factsOf({ streams, defect }: Judgement) {
  const { claimedBytes: _only, ...facts } = streams ?? {};
  return { ...facts, defect };
}

/** Judges a file in both ways, which must agree. Returns whether no program was asked. */
async function judgeTwice(path: string, unmeasured: boolean, what: string): Promise<boolean> {
  const plain = await readPlainMedia(path);
  // The plain way asks a program then, as the other does.
  if (plain === undefined) return false;
  const file = { path, sizeBytes: (await stat(path)).size, unmeasured };
  const expected = { audioOnly: !plain.streams.hasVideo, expectedSeconds: unmeasured ? undefined : 2 };
  const one = await judgeMedia(file, expected, { ...run, readPlain: () => Promise.resolve(plain) });
  const other = await judgeMedia(file, expected, { ...run, readPlain: () => Promise.resolve(undefined) });
  assert.deepEqual(factsOf(one), factsOf(other), what);
  return true;
}

test("judge media: of each container that yt-dlp makes, reading tells what ffprobe tells", async () => {
  for (const { path, plain } of samples) assert.equal(await judgeTwice(path, false, path), plain, basename(path));
});

test(`judge media: ${mutations} broken files are never better, nor other, than ffprobe says`, async () => {
  const plain = samples.filter((sample) => sample.plain);
  const files = await Promise.all(plain.map(({ path }) => readFile(path)));
  const broken = join(folder, "broken");
  let read = 0;
  for (let seed = 0; seed < mutations; seed++) {
    const index = Math.floor(seed / 5) % files.length;
    const mutation = mutate(files[index] ?? assert.fail(), seed);
    await writeFile(broken, mutation.broken);
    const what = `seed ${seed}: ${basename(plain[index]?.path ?? "")} with ${mutation.kind}`;
    if (await judgeTwice(broken, seed % 2 === 0, what)) read++;
  }
  assert.ok(read > mutations / 10, `only ${read} of them were read`);
});

/** Bytes behind a mark that flipping bits found: ffprobe finds no media then, since its decoder does not open. */
const unopened: [name: string, mark: Buffer, offset: number, value: number][] = [
  ["vp9.webm", Buffer.from("OpusHead"), 8, 17],
  ["vp9.webm", Buffer.from("e1919f81", "hex"), 3, 0x85],
  ["av1.mp4", Buffer.from("dOps"), 4, 2],
  ["copied.mp4", Buffer.from("05808080", "hex"), 5, 0xff],
];
for (const [name, mark, offset, value] of unopened)
  test(`judge media: ${name} with ${value} behind ${mark.toString("hex")} is no media, as ffprobe says`, async () => {
    const bytes = await readFile(samples.find(({ path }) => path.endsWith(`/${name}`))?.path ?? assert.fail());
    const at = bytes.indexOf(mark);
    assert.ok(at > 0);
    bytes.writeUInt8(value, at + offset);
    const path = join(folder, `unopened-${name}`);
    await writeFile(path, bytes);
    const file = { path, sizeBytes: bytes.length };
    const { defect } = await judgeMedia(file, { audioOnly: false }, { ...run, readPlain: readPlainMedia });
    assert.equal(defect?.usable, false);
  });

test("judge media: the size of AV1 is that of its configuration, as ffprobe says", async () => {
  const bytes = await readFile(samples.find(({ path }) => path.endsWith("/av1.mp4"))?.path ?? assert.fail());
  // Behind four bytes of its own and the head of a unit: the number of bits of the width.
  const at = bytes.indexOf("av1C") + 4 + 4 + 2 + 3;
  bytes.writeUInt8(bytes.readUInt8(at) ^ 2, at);
  const path = join(folder, "configuration.mp4");
  await writeFile(path, bytes);
  assert.equal(await judgeTwice(path, true, "another configuration"), false);
});

test("judge media: a defect is ffprobe's finding", async () => {
  const path = await makeVideo({ seed: "judge", seconds: 2 });
  const file = { path, sizeBytes: (await stat(path)).size };
  const { defect } = await judgeMedia(
    file,
    { audioOnly: false, expectedSeconds: 20 },
    { ...run, readPlain: readPlainMedia },
  );
  assert.equal(defect?.failureClass, "truncated");
  const nothing = { ...run, environment: { PATH: "" }, readPlain: readPlainMedia };
  assert.equal((await judgeMedia(file, { audioOnly: false }, nothing)).defect, undefined, "no program is asked");
  await assert.rejects(judgeMedia(file, { audioOnly: false, expectedSeconds: 20 }, nothing), /ffprobe cannot be run/);
});

const copied = (): string => samples.find(({ path }) => path.endsWith("copied.mp4"))?.path ?? assert.fail();

type Place = { video: string; box: string; around: readonly string[] };

/** Writes an MP4 in which bytes replace a box inside of some boxes, from the outer one to the inner one. */
async function withBox(name: string, { video: source, box, around }: Place, bytes: Buffer): Promise<string> {
  const video = await readFile(source);
  const at = video.indexOf(box) - 4;
  const end = at + video.readUInt32BE(at);
  const path = join(folder, name);
  const changed = Buffer.concat([video.subarray(0, at), bytes, video.subarray(end)]);
  for (const outer of around) {
    const place = video.indexOf(outer) - 4;
    changed.writeUInt32BE(video.readUInt32BE(place) + bytes.length - (end - at), place);
  }
  await writeFile(path, changed);
  return path;
}

function boxOf(type: string, content: Buffer): Buffer {
  const head = Buffer.alloc(8);
  head.writeUInt32BE(8 + content.length);
  head.write(type, 4, "latin1");
  return Buffer.concat([head, content]);
}

const inTable = ["moov", "trak", "mdia", "minf", "stbl"];

/** Writes an MP4 in which a table of samples claims, and has, these entries. */
async function withTable(type: string, entry: readonly number[], entries: number): Promise<string> {
  const head = Buffer.alloc(8);
  head.writeUInt32BE(entries, 4);
  const row = Buffer.alloc(entry.length * 4);
  for (const [index, number] of entry.entries()) row.writeUInt32BE(number, index * 4);
  const table = boxOf(type, Buffer.concat([head, Buffer.alloc(entries * row.length, row)]));
  return await withBox(
    `${type}-${entries}.mp4`,
    { video: await makeVideo({ seed: "judge", seconds: 2 }), box: type, around: inTable },
    table,
  );
}

test("judge media: boxes of other programs than ffmpeg are known", async () => {
  const descriptor = boxOf("iods", Buffer.from("000000001080808007004fffffffffff", "hex"));
  const tag = boxOf("gsst", boxOf("data", Buffer.from("000000010000000030", "hex")));
  const name = Buffer.concat([Buffer.alloc(8), Buffer.from("mdir"), Buffer.alloc(13)]);
  const meta = Buffer.concat([Buffer.alloc(4), boxOf("hdlr", name), boxOf("ilst", tag)]);
  const boxes = Buffer.concat([descriptor, boxOf("udta", boxOf("meta", meta))]);
  // The header of the file stands behind the samples, which stay where they are.
  const path = await withBox("other.mp4", { video: copied(), box: "udta", around: ["moov"] }, boxes);
  assert.ok(await judgeTwice(path, true, "boxes of other programs"));
});

test("read plain media: tables that claim billions of samples cost a moment, and are left to ffprobe", async () => {
  const cases = [
    await withTable("stts", [0x7fffffff, 1], 250_000),
    await withTable("stts", [50_000_000, 1], 1),
    await withTable("stsc", [1, 0x7fffffff, 1], 1),
    await withTable("stts", [1, 512], 450_000),
    await withTable("stco", [48], 900_000),
    await withTable("stts", [1, 512], 3_000_000),
    await withBox(
      "boxes.mp4",
      { video: copied(), box: "udta", around: ["moov"] },
      Buffer.alloc(3_000_000, boxOf("udta", Buffer.alloc(0))),
    ),
  ];
  for (const path of cases) {
    const [fromCpu, fromMemory] = [process.cpuUsage(), process.resourceUsage().maxRSS];
    assert.equal(await readPlainMedia(path), undefined);
    const { user, system } = process.cpuUsage(fromCpu);
    assert.ok(user + system < 1_000_000, `${basename(path)} took ${(user + system) / 1000} ms`);
    const grownKilobytes = process.resourceUsage().maxRSS - fromMemory;
    assert.ok(grownKilobytes < 64_000, `${basename(path)} took ${grownKilobytes} kB`);
  }
  const [path = ""] = cases;
  const file = { path, sizeBytes: (await stat(path)).size };
  assert.equal(
    (await judgeMedia(file, { audioOnly: false }, { ...run, readPlain: readPlainMedia })).streams?.width,
    160,
  );
});

test("read plain media: of a large file only the head and the ends are read, and each descriptor is closed", async () => {
  const path = join(folder, "large-hole.mp4");
  const bytes = await readFile(await makeVideo({ seed: "judge", seconds: 2 }));
  const box = Buffer.from("000000016672656500000000", "hex");
  const hole = Buffer.alloc(4);
  hole.writeUInt32BE(250_000_000);
  await writeFile(path, Buffer.concat([bytes, box, hole]));
  await truncate(path, bytes.length + 250_000_000);
  const readBytes = async () => Number(/^rchar: (\d+)/m.exec(await readFile("/proc/self/io", "latin1"))?.[1]);
  const descriptors = (await readdir("/proc/self/fd")).length;
  const from = await readBytes();
  for (let time = 0; time < 10; time++) assert.equal((await readPlainMedia(path))?.streams.width, 160);
  const perFile = ((await readBytes()) - from) / 10;
  assert.ok(perFile < 1_000_000, `${perFile} bytes were read`);
  assert.equal((await readdir("/proc/self/fd")).length, descriptors);
});

test("read plain media: a defect of the reader is reported, and ffprobe judges", async () => {
  const reported: unknown[] = [];
  const defect = new TypeError("a defect");
  const read = reporting(
    () => Promise.reject(defect),
    (error) => reported.push(error),
  );
  assert.equal(await read("any"), undefined);
  assert.deepEqual(reported, [defect]);
});

test("read plain media: a link, a folder, a pipe and a file without media are left to ffprobe", async () => {
  const link = join(folder, "link.mp4");
  await symlink(await makeVideo({ seed: "judge", seconds: 2 }), link);
  const pipe = join(folder, "pipe.mp4");
  await execa("mkfifo", [pipe]);
  const text = join(folder, "text.mp4");
  await writeFile(text, "words ".repeat(100));
  const empty = join(folder, "empty.mp4");
  await (await open(empty, "w")).close();
  for (const path of [link, pipe, text, empty, folder, join(folder, "absent")])
    assert.equal(await readPlainMedia(path), undefined, path);
});
