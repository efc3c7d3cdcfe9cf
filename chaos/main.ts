import { parseArgs } from "node:util";
import { runChaos } from "./run-chaos.ts";

const { values } = parseArgs({
  options: { seed: { type: "string" }, tasks: { type: "string", default: "300" } },
});
const seed = Number(values.seed ?? Math.floor(Math.random() * 2 ** 32));
const tasks = Number(values.tasks);
if (!Number.isSafeInteger(seed) || !Number.isSafeInteger(tasks) || tasks < 1) {
  console.error("Usage: make chaos [SEED=N] [TASKS=N], both whole numbers");
  process.exit(2);
}

console.log(`seed ${seed}, ${tasks} tasks; to repeat it: make chaos SEED=${seed} TASKS=${tasks}`);
const { verdict, faults, states, interruptions, poisonTasks, transitions, elapsedSeconds } = await runChaos({
  seed,
  tasks,
  faultsUntil: 0.8,
});
console.log(`\n${elapsedSeconds} s`);
for (const [fault, count] of Object.entries(faults.counts)) console.log(`  ${fault}: ${count}`);
console.log(`  interrupted attempts to download: ${interruptions}; poison tasks: ${poisonTasks}`);
console.log(`  children of a killed process lived for at most ${faults.longestOrphanMs} ms`);
console.log(`  changes of state: ${transitions}; in the end: ${JSON.stringify(states)}\n`);
for (const { guarantee, against } of verdict) {
  console.log(`${against.length === 0 ? "ok    " : "BROKEN"}  ${guarantee}`);
  for (const each of against) console.log(`          ${each}`);
}
process.exitCode = verdict.every(({ against }) => against.length === 0) ? 0 : 1;
