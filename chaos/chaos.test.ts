import assert from "node:assert/strict";
import { test } from "node:test";
import { isThorough } from "@dwld/testbed";
import { runChaos } from "./run-chaos.ts";

/** As many as have each process killed; make chaos asks for more. */
const tasks = isThorough ? 10 : 6;

test(
  "killed, frozen and cut off at random, dwld loses nothing and leaves nothing behind",
  { timeout: 300_000 },
  async (t) => {
    const seed = Number(process.env["SEED"] ?? Math.floor(Math.random() * 2 ** 32));
    const { verdict, mischief, states, elapsedSeconds } = await runChaos({ seed, tasks, mischiefUntil: 0.5 });
    t.diagnostic(`SEED=${seed} ${elapsedSeconds} s ${JSON.stringify({ ...mischief.deeds, ...states })}`);
    for (const { guarantee, against } of verdict)
      await t.test(guarantee, () => assert.deepEqual(against, [], `SEED=${seed}`));
  },
);
