import { loadavg } from "node:os";
import type { Finding } from "./finding.ts";
import { questions } from "./questions.ts";
import { layTable } from "./table.ts";
import { enterBenchFolder } from "./world/bench-folder.ts";

const words = process.argv.slice(2);
const names = words.filter((word) => word !== "--quick");
const unknown = names.filter((name) => !(name in questions));
if (unknown.length > 0) {
  console.error(`usage: node bench/main.ts [--quick] [${Object.keys(questions).join("|")}]...`);
  process.exit(2);
}

enterBenchFolder();
const settings = { quick: words.includes("--quick"), say: (text: string) => console.error(text) };
const before = load();
const findings: Finding[] = [];
for (const [name, measure] of Object.entries(questions)) {
  if (names.length > 0 && !names.includes(name)) continue;
  try {
    findings.push(...(await measure(settings)));
  } catch (error) {
    // The other questions can still be answered.
    console.error(`${name} could not be measured:`, error);
    process.exitCode = 1;
  }
}
console.log(`\n${layTable(findings)}\n\nload of the machine: ${before} before, ${load()} after`);

/** Returns the load of the last minute; at the start it is that of other programs. */
function load(): string {
  return (loadavg()[0] ?? 0).toFixed(2);
}
