import { setTimeout as pause } from "node:timers/promises";
import { type Asked, parseWords } from "./arguments.ts";
import type { Question } from "./finding.ts";
import { type Company, describeCompany, isQuiet, watchCompany } from "./machine/company.ts";
import { readMachineFacts } from "./machine/facts.ts";
import { comparisons, questions } from "./questions.ts";
import { type Answer, type RecordName, writeResults } from "./record/results.ts";
import { layTable } from "./table.ts";
import { enterBenchFolder } from "./world/bench-folder.ts";
import { openCheckout, ownCheckout } from "./world/checkout.ts";

/** Exit statuses. If all was measured on a quiet machine it is 0, whether or not the targets are met. */
const exit = { notMeasured: 1, usage: 2, notJudged: 3 };

const asked = parseOrExit();
const folder = enterBenchFolder();
const say = (text: string) => console.error(text);
const startedAt = new Date();
const before = await lookAround();
const other = asked.against === undefined ? undefined : await openCheckout(asked.against, folder);
const { commit } = await ownCheckout();
const table: [string, Question][] =
  other === undefined
    ? Object.entries(questions)
    : Object.entries(comparisons).map(([name, compare]) => [name, (settings) => compare(settings, other)]);
const answers: Answer[] = [];
for (const [name, measure] of table) if (asked.names.includes(name)) await answer(name, measure);

console.log(`\n${layTable(answers)}\n`);
for (const { question, seconds, company } of answers)
  console.log(`${question} (${Math.round(seconds)} s): ${describeCompany(company)}`);
const busy = answers.filter(({ company }) => !isQuiet(company)).map(({ question }) => question);
if (busy.length > 0) {
  console.log(`\nNot judged, since other programs kept the machine busy: ${busy.join(", ")}.`);
  process.exitCode ??= exit.notJudged;
}
if (asked.isWhole && !asked.quick && process.exitCode !== exit.notMeasured) await record();

function parseOrExit(): Asked {
  try {
    return parseWords(process.argv.slice(2), {
      questions: Object.keys(questions),
      comparisons: Object.keys(comparisons),
    });
  } catch (error) {
    console.error((error as Error).message);
    console.error("usage: node bench/main.ts [--quick] [--against COMMIT|FOLDER] [QUESTION]...");
    process.exit(exit.usage);
  }
}

/** Watches the machine for a moment. */
async function lookAround(): Promise<Company> {
  const endWatch = watchCompany();
  await pause(3000);
  const company = endWatch();
  say(`before: ${describeCompany(company)}`);
  if (!isQuiet(company)) say("This machine is busy. While it is, figures are shown but not judged.");
  return company;
}

async function answer(question: string, measure: Question): Promise<void> {
  const startMs = performance.now();
  const endWatch = watchCompany();
  try {
    const findings = await measure({ quick: asked.quick, say });
    answers.push({ question, seconds: (performance.now() - startMs) / 1000, company: endWatch(), findings });
  } catch (error) {
    // The other questions can still be answered.
    console.error(`${question} could not be measured:`, error);
    process.exitCode = exit.notMeasured;
    endWatch();
  }
}

async function record(): Promise<void> {
  const name: RecordName = other === undefined ? "results" : "before-and-after";
  writeResults(name, {
    commit,
    ...(other !== undefined && { against: other.commit }),
    startedAt: startedAt.toISOString(),
    seconds: (Date.now() - startedAt.getTime()) / 1000,
    machine: await readMachineFacts(),
    before,
    answers,
  });
  console.log(`\nbench/${name}.json has the record; make docs writes it into docs/performance.md and docs/scaling.md.`);
}
