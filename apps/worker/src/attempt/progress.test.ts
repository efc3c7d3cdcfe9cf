import assert from "node:assert/strict";
import { test } from "node:test";
import { setImmediate as nextTurn } from "node:timers/promises";
import type { Database, Lease } from "@dwld/queue";
import { createDownloadProgress, type ProgressParts } from "./progress.ts";

test("progress of a download: facts that could not be recorded are recorded with the end of the attempt", async (context) => {
  context.mock.timers.enable({ apis: ["setTimeout"] });
  let writes = 0;
  const database = {
    write: () => {
      writes += 1;
      return Promise.reject(new Error("the disk is full"));
    },
  } as unknown as Database;
  const logger = { warn: () => undefined } as unknown as ProgressParts["logger"];
  const cache = {} as ProgressParts["cache"];
  const lease = { token: "t", task: { id: "1" } } as Lease;
  const progress = createDownloadProgress({ database, cache, logger, now: Date.now }, lease);
  progress.note({ title: "Gulls", expectedBytes: 7 });
  context.mock.timers.tick(1000);
  await nextTurn();
  progress.note({ title: "Gulls at sea" });
  assert.deepEqual([writes, await progress.end()], [1, { title: "Gulls at sea", expectedBytes: 7 }]);
});
