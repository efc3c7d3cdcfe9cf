import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { LiveProgress } from "@dwld/progress";
import { readProgress, storedProgress } from "./live-progress.ts";

const live: LiveProgress = { doneBytes: 5, step: "video", updatedAtMs: 1000 };

function row(id: string, state: "DOWNLOADING" | "DONE", progress: unknown) {
  return { id, state, progress: progress === null ? null : JSON.stringify(progress) };
}

function cache(known: Record<string, LiveProgress>) {
  const asked: string[][] = [];
  return {
    asked,
    get: (ids: readonly string[]) => {
      asked.push([...ids]);
      return Promise.resolve(new Map(Object.entries(known)));
    },
    state: () => "ok",
  };
}

describe("the progress of a task in work", () => {
  it("live progress: is the cache's word, the table's where the cache has none, and always the newer one", async () => {
    const known = cache({ live, older: live });
    const newer = { ...live, doneBytes: 9, updatedAtMs: 2000 };
    const rows = [
      row("live", "DOWNLOADING", null),
      row("stored", "DOWNLOADING", live),
      row("older", "DOWNLOADING", newer),
    ];
    const progress = await readProgress(known, rows);
    assert.deepEqual(Object.fromEntries(progress), { live, stored: live, older: newer });
  });

  it("live progress: is asked for in one call, and never for tasks that are not in work", async () => {
    const known = cache({ done: live });
    assert.equal((await readProgress(known, [row("done", "DONE", live)])).size, 0);
    assert.deepEqual(known.asked, []);
    await readProgress(known, [row("a", "DOWNLOADING", null), row("b", "DOWNLOADING", null)]);
    assert.deepEqual(known.asked, [["a", "b"]]);
  });

  it("live progress: is absent where the table holds something else", () => {
    const damaged = ["{", "[]", "1", '{"doneBytes":"5"}', '{"doneBytes":-1,"step":"","updatedAtMs":1}', "null"];
    for (const progress of damaged)
      assert.equal(storedProgress({ id: "a", state: "DOWNLOADING", progress }), undefined, progress);
  });
});
