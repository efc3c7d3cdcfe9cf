import assert from "node:assert/strict";
import { test } from "node:test";
import { takeDescriptors } from "@dwld/testbed";
import { startGuarded } from "./guarded-child.ts";

const start = (words: string[]) => {
  const argv = ["/bin/sh", "-c", "echo out; exit 3"];
  return startGuarded(argv, { PATH: "/usr/bin:/bin" }, { onOutput: (chunk) => words.push(chunk.toString("utf8")) });
};

test("guarded child: one that cannot be started while no descriptor is free has ended, and the process goes on", async () => {
  const giveBack = takeDescriptors();
  try {
    const child = start([]);
    assert.equal(child.pid, undefined);
    child.hangUp();
    child.terminate();
    assert.deepEqual(await child.exited, { exitCode: 127, signal: undefined });
  } finally {
    giveBack();
  }
  const words: string[] = [];
  assert.deepEqual(await start(words).exited, { exitCode: 3, signal: undefined });
  assert.deepEqual(words, ["out\n"]);
});
