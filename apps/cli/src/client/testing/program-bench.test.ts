import assert from "node:assert/strict";
import { test } from "node:test";
import { ProgramBench } from "./program-bench.ts";

test("program bench: a command that calls a method which the api in memory lacks fails its test with the method's name", async () => {
  await using on = new ProgramBench();
  Object.defineProperty(on.api, "getStatus", { value: undefined });
  await on.serve();
  await assert.rejects(
    on.run(["status"]),
    /lacks getStatus, .* add it to apps\/cli\/src\/client\/testing\/in-memory-api/,
  );
  await assert.rejects(on.start(["status"]).ended, /lacks getStatus/);
  assert.equal((await on.run(["sites"])).status, 0, "no other command does");
});
