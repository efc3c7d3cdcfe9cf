import { spawnSync } from "node:child_process";
import { globSync } from "node:fs";
import { parseArgs } from "node:util";

/** Runs all properties round after round, each with another seed and many more inputs than `make test` tries. */

/** Times as many inputs as in `make test`. */
const factor = 20;

const { values } = parseArgs({
  options: { seconds: { type: "string" }, seed: { type: "string" }, file: { type: "string", default: "" } },
});
const { file } = values;
const files = globSync("{packages,apps}/*/src/**/*.property.test.ts", { exclude: ["**/node_modules"] })
  .filter((path) => path.includes(file))
  .toSorted();
if (files.length === 0) {
  console.error(`there is no property in a file with "${file}" in its path`);
  process.exit(2);
}
const start = Date.now();
const end = values.seconds === undefined ? Infinity : start + 1000 * Number(values.seconds);
let rounds = 0;
do {
  const seed = values.seed ?? String(Math.floor(Math.random() * 2 ** 31));
  console.log(`seed ${seed}, after ${Math.round((Date.now() - start) / 1000)} s`);
  const { status } = spawnSync(process.execPath, ["--test", "--test-reporter=dot", "--test-concurrency=2", ...files], {
    stdio: "inherit",
    env: { ...process.env, FUZZ_SEED: seed, FUZZ_FACTOR: String(factor) },
  });
  if (status !== 0) {
    console.error(`a property broke: add the counterexample to its examples; again by make fuzz SEED=${seed}`);
    process.exit(1);
  }
  rounds += 1;
} while (values.seed === undefined && Date.now() < end);
console.log(`all properties held in ${rounds} rounds`);
