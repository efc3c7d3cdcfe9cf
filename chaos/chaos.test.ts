import assert from "node:assert/strict";
import { test } from "node:test";
import { isThorough } from "@dwld/testbed";
import { runChaos } from "./run-chaos.ts";

/** Enough for a kill of each process; `make chaos` runs more. */
const tasks = isThorough ? 10 : 3;

test(
  "chaos: dwld loses nothing and leaves nothing behind while it is killed, frozen and cut off at random",
  { timeout: 300_000 },
  async (t) => {
    const seed = Number(process.env["SEED"] ?? Math.floor(Math.random() * 2 ** 32));
    const { verdict, faults, states, elapsedSeconds } = await runChaos({
      engine: "sqlite",
      seed,
      tasks,
      faultsUntil: 0.5,
    });
    t.diagnostic(`SEED=${seed} ${elapsedSeconds} s ${JSON.stringify({ ...faults, ...states })}`);
    for (const { guarantee, against } of verdict)
      await t.test(guarantee, () => assert.deepEqual(against, [], `SEED=${seed}`));
  },
);
