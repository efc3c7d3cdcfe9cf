import assert from "node:assert/strict";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { makeVideo } from "@dwld/testbed";
import { execa } from "execa";
import type { ClockedWorker, History } from "./testing/clocked-worker.ts";
import { fails, linkOf, startScripted, unreachable, writePlan } from "./testing/scripted-worker.ts";
import type { ScriptedStep } from "./testing/scripted-step.ts";
import { parseTexts } from "@dwld/queue";

/** Defective downloads: one further attempt is made, and the better of the two is delivered. */

const seconds = 10;

/** Makes a video of ten seconds, or the front part of one, with its header in front. */
async function partOf(on: ClockedWorker, share: number, height = 90): Promise<ScriptedStep> {
  const width = (height * 16) / 9;
  const whole = await makeVideo({ seed: "less", seconds, width, height });
  const bytes = await readFile(whole);
  const video = join(on.folder, `${height}-${share}.mp4`);
  await writeFile(video, bytes.subarray(0, Math.floor(bytes.length * share)));
  return { delivers: { video, width, height, offered: [], seconds } };
}

async function soundAlone(on: ClockedWorker): Promise<ScriptedStep> {
  const video = join(on.folder, "sound.m4a");
  await execa("ffmpeg", ["-v", "error", "-i", await makeVideo({ seed: "less", seconds }), "-vn", "-c", "copy", video]);
  return { delivers: { video, width: 0, height: 0, offered: [], seconds } };
}

/** Plays the steps. */
async function play(on: ClockedWorker, steps: ScriptedStep[]): Promise<History> {
  await writePlan(on.folder, steps);
  return await on.play(await on.add(linkOf("a")));
}

const sizeOf = async ({ files }: History): Promise<number> => (await readFile(files[0] ?? "")).length;

test("defect: after a part of a video, the whole by another stage is delivered, without a remark", async (context) => {
  const on = await startScripted(context, []);
  const history = await play(on, [await partOf(on, 0.4), await partOf(on, 1)]);
  assert.deepEqual([history.task.state, history.task.remark_texts], ["DONE", null]);
  assert.deepEqual(history.steps, ["plain truncated", "other done"]);
  assert.deepEqual(await on.leftovers(), []);
});

test("defect: the longer of two parts is delivered, with a remark how much of it is there", async (context) => {
  const on = await startScripted(context, []);
  const longer = await partOf(on, 0.7);
  const history = await play(on, [longer, await partOf(on, 0.3)]);
  assert.deepEqual(history.steps, ["plain truncated", "other truncated"]);
  assert.equal(history.task.state, "DONE");
  assert.match(parseTexts(history.task.remark_texts)?.en ?? "", /^Only 0:0[67] of 0:10 is there\.$/);
  assert.equal(await sizeOf(history), (await readFile(longer.delivers?.video ?? "")).length);
});

test("defect: the whole in a small picture wins over a part in a large one", async (context) => {
  const on = await startScripted(context, []);
  const whole = await partOf(on, 1, 90);
  const history = await play(on, [await partOf(on, 0.5, 180), whole]);
  assert.equal(await sizeOf(history), (await readFile(whole.delivers?.video ?? "")).length);
  assert.equal(history.task.remark_texts, null);
});

test("defect: after sound instead of a video, the video is delivered", async (context) => {
  const on = await startScripted(context, []);
  const history = await play(on, [await soundAlone(on), await partOf(on, 1)]);
  assert.deepEqual(history.steps, ["plain wrong_media", "other done"]);
  assert.deepEqual([history.task.state, history.task.remark_texts, history.task.height], ["DONE", null, 90]);
});

test("defect: sound alone is delivered if nothing better comes, with a remark that it has no picture", async (context) => {
  const on = await startScripted(context, []);
  const history = await play(on, [await soundAlone(on), fails(unreachable)]);
  assert.deepEqual(history.steps, ["plain wrong_media", "other network"]);
  assert.deepEqual([history.task.state, parseTexts(history.task.remark_texts)?.en], ["DONE", "It has no picture."]);
  assert.deepEqual(await on.leftovers(), []);
});

test("defect: a stashed download is delivered when no further attempt is made", async (context) => {
  const on = await startScripted(context, [], { bounds: { maxTotalHours: 1 } });
  await writePlan(on.folder, [await partOf(on, 0.4)]);
  const id = await on.add(linkOf("a"));
  await on.turn();
  // The machine was switched off.
  on.clock.nowMs += 2 * 3_600_000;
  const { task, steps, files } = await on.play(id);
  assert.deepEqual([task.state, ...steps], ["DONE", "plain truncated"]);
  assert.match(parseTexts(task.remark_texts)?.en ?? "", /^Only/);
  assert.equal(files.length, 1);
});

test("defect: a file that cannot be played is not stashed", async (context) => {
  const on = await startScripted(context, []);
  const broken = join(on.folder, "broken.mp4");
  await writeFile(broken, "<html>");
  const page = { delivers: { video: broken, width: 160, height: 90, offered: [] } };
  const history = await play(on, [page, page, page, page]);
  assert.deepEqual(history.steps, ["plain wrong_media", "other wrong_media", "account wrong_media"]);
  assert.deepEqual([history.task.state, history.task.failure_class], ["FAILED", "wrong_media"]);
  assert.deepEqual(await on.leftovers(), []);
});
