import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { addTask, cancelTask, findTask, openDatabase, parseOptions } from "@dwld/queue";
import { createJanitor } from "./janitor.ts";
import { keepTidy } from "./keep-tidy.ts";

test("a task that ended longer ago than the history is kept is forgotten, and a younger one is not", async (context) => {
  const folder = await mkdtemp(join(tmpdir(), "dwld-tidy-"));
  const database = await openDatabase(join(folder, "dwld.sqlite"));
  context.after(async () => {
    await database.close();
    await rm(folder, { recursive: true });
  });
  const options = parseOptions({ options: "{}" });
  const ended = async (link: string, agoMs: number): Promise<string> => {
    const request = { link, site: "s", chatId: "", userName: "", folder: "", targetQuality: 0, options };
    const { task } = await addTask(database, request, Date.now() - agoMs);
    await cancelTask(database, task.id, Date.now() - agoMs);
    return task.id;
  };
  const old = await ended("https://a.example/1", 120_000);
  const young = await ended("https://a.example/2", 1000);
  const stop = keepTidy(database, createJanitor(database, folder), 60_000, (error) => assert.fail(String(error)));
  // It waits for the sweep that it began with.
  await stop();
  assert.equal(findTask(database, old), undefined);
  assert.ok(findTask(database, young));
});
