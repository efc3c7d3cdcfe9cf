import { globSync } from "node:fs";
import { cpus } from "node:os";
import { run } from "node:test";
import { spec } from "node:test/reporters";
import { testCount } from "./test-count.ts";

/** A process that a test has left open would hold a run for ever. */
const longestRunMs = 20 * 60_000;

/** It waits most of its long time: begun before the small tests of the packages, it has ended when they have. */
const waiting = "testbed/src/systemd/installation.test.ts";
const beforePackages = "p";

const [name = "*"] = process.argv.slice(2);
const patterns = [
  `{packages,apps}/${name}/src/**/*.test.ts`,
  `{testbed,tools,bench,chaos}/{,src/**/}${name}.test.ts`,
  `${name}/src/**/*.test.ts`,
];
const place = (file: string) => (file === waiting ? beforePackages : file);
const files = globSync(patterns, { exclude: ["**/node_modules"] }).toSorted((a, b) => (place(a) < place(b) ? -1 : 1));
if (files.length === 0) {
  console.error(`there is no test in ${name}`);
  process.exit(1);
}
const concurrency = Number(process.env["JOBS"] ?? 2 * cpus().length);
const events = run({ files, concurrency, timeout: 120_000 });
events.on("test:fail", ({ todo }) => {
  if (todo === undefined || todo === false) process.exitCode = 1;
});
let count = "";
const counting = (async () => {
  for await (const line of events.compose(testCount)) count += String(line);
})();
events.compose(spec).pipe(process.stdout);
const end = setTimeout(() => {
  console.error("the run was ended before its end: the first file named above is one that did not end");
  process.exit(124);
}, longestRunMs).unref();
await counting;
clearTimeout(end);
process.on("exit", () => {
  process.stdout.write(count);
});
