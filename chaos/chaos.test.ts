import assert from "node:assert/strict";
import { test } from "node:test";
import { runChaos } from "./run-chaos.ts";

test(
  "killed, frozen and cut off at random, dwld loses nothing and leaves nothing behind",
  { timeout: 300_000 },
  async (t) => {
    const seed = Number(process.env["SEED"] ?? Math.floor(Math.random() * 2 ** 32));
    const { verdict, mischief, states, elapsedSeconds } = await runChaos({ seed, tasks: 10, mischiefUntil: 0.7 });
    t.diagnostic(`SEED=${seed} ${elapsedSeconds} s ${JSON.stringify({ ...mischief.deeds, ...states })}`);
    for (const { guarantee, against } of verdict)
      await t.test(guarantee, () => assert.deepEqual(against, [], `SEED=${seed}`));
  },
);
