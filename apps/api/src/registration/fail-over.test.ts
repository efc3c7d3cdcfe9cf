import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { it } from "node:test";
import { TaskState } from "@dwld/rpc";
import { eventually, startDwld } from "@dwld/testbed";
import { TestBot } from "./testing/test-bot.ts";

it("fail-over: a downloader that was killed registers again, and its copy of a link is found and canceled", async (cleanup) => {
  const folder = await mkdtemp(join(tmpdir(), "dwld-bot-"));
  cleanup.after(() => rm(folder, { recursive: true }));
  const secretFile = join(folder, "secret");
  await writeFile(secretFile, "geheim\n");
  await using bot = await TestBot.start();
  const start = (name: string) =>
    startDwld({
      apps: ["api"],
      configuration: { register: [{ address: bot.url, name, secretFile, intervalSeconds: 3600 }] },
      cleanup,
    });
  const [left, right] = [await start("left"), await start("right")];
  const calls = (name: string) => bot.registered.filter((request) => request.name === name).length;
  const heard = (name: string, count: number) =>
    eventually(`${name} has called`, () => calls(name) >= count, { deadlineMs: 60_000 });
  await Promise.all([heard("left", 1), heard("right", 1)]);

  const request = { link: "https://videos.example/1", chatId: "ann", requestId: "message 1" };
  const { task: first } = await left.client.addTask(request);
  await left.kill("api");
  const { task: second } = await right.client.addTask(request);
  assert.notEqual(second?.id, first?.id);
  await left.restart("api");
  await heard("left", 2);

  const { task: again } = await left.client.addTask(request);
  assert.equal(again?.id, first?.id);
  const { task: canceled } = await left.client.cancelTask({ id: again?.id ?? "" });
  assert.equal(canceled?.state, TaskState.CANCELED);
  // The request id finds the task after its end, too.
  assert.equal((await left.client.addTask(request)).task?.id, first?.id);
  const { task: retried } = await left.client.retryTask({ id: again?.id ?? "" });
  assert.equal(retried?.state, TaskState.QUEUED);
});
