import assert from "node:assert/strict";
import { PassThrough } from "node:stream";
import { test } from "node:test";
import { UsageError } from "@dwld/daemon";
import { runOnMachine } from "./run-on-machine.ts";

test("run on machine: a body listens to signals until it has ended, however it ends", async () => {
  const stream = new PassThrough() as unknown as NodeJS.WriteStream;
  const io = { stdin: new PassThrough(), stdout: stream, stderr: stream, env: {}, version: "1" };
  const listeners = () => ["SIGINT", "SIGTERM"].map((name) => process.listenerCount(name));
  const [before, meanwhile] = [listeners(), listeners().map((count) => count + 1)];
  for (const end of [() => 0 as const, () => Promise.reject(new UsageError("wrong"))])
    await runOnMachine(io, { name: "test", args: [] }, async ({ untilStopped }) => {
      assert.equal(untilStopped(), untilStopped());
      assert.deepEqual(listeners(), meanwhile);
      return await end();
    });
  assert.deepEqual(listeners(), before);
});
