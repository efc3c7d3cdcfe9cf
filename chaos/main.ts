import { parseArgs } from "node:util";
import { enterOwnNetwork, MachineError } from "@dwld/testbed";
import { engineNames, runChaos } from "./run-chaos.ts";

const { values } = parseArgs({
  options: {
    engine: { type: "string", default: "sqlite" },
    seed: { type: "string" },
    tasks: { type: "string", default: "300" },
  },
});
const seed = Number(values.seed ?? Math.floor(Math.random() * 2 ** 32));
const tasks = Number(values.tasks);
const engine = engineNames.find((name) => name === values.engine);
if (engine === undefined || !Number.isSafeInteger(seed) || !Number.isSafeInteger(tasks) || tasks < 1) {
  console.error(`Usage: make chaos [ENGINE=${engineNames.join("|")}] [SEED=N] [TASKS=N], both whole numbers`);
  process.exit(2);
}

if (engine === "postgres") {
  try {
    await enterOwnNetwork();
  } catch (error) {
    if (!(error instanceof MachineError)) throw error;
    console.error(error.message);
    process.exit(1);
  }
}
const again = `make chaos ENGINE=${engine} SEED=${seed} TASKS=${tasks}`;
console.log(`seed ${seed}, ${tasks} tasks; to repeat it: ${again}`);
const report = await runChaos({ engine, seed, tasks, faultsUntil: 0.8 });
const { verdict, faults, longestOrphanMs, states, interruptions, poisonTasks, transitions, elapsedSeconds } = report;
console.log(`\n${elapsedSeconds} s`);
for (const [fault, count] of Object.entries(faults)) console.log(`  ${fault}: ${count}`);
console.log(`  interrupted attempts to download: ${interruptions}; poison tasks: ${poisonTasks}`);
console.log(`  children of a killed process lived for at most ${longestOrphanMs} ms`);
console.log(`  changes of state: ${transitions}; in the end: ${JSON.stringify(states)}\n`);
for (const { guarantee, against } of verdict) {
  console.log(`${against.length === 0 ? "ok    " : "BROKEN"}  ${guarantee}`);
  for (const each of against) console.log(`          ${each}`);
}
process.exitCode = verdict.every(({ against }) => against.length === 0) ? 0 : 1;
