import { isQuiet } from "../machine/company.ts";
import type { MachineFacts } from "../machine/facts.ts";
import { digits, percent, show } from "../quantity.ts";
import { header, rowsOf } from "../table.ts";
import type { Results } from "./results.ts";

/** Returns the results of a run as Markdown: on what it ran, and its table. */
export function describeResults(results: Results): string {
  const rows = results.answers.flatMap(rowsOf);
  return [describeRun(results), ...notJudged(results), layMarkdown(header, rows)].join("\n\n");
}

/** Returns some rows of a run as Markdown, for a document that tells nothing else of it; undefined if it has none of them. */
export function describeRows(
  { answers, commit }: Results,
  isChosen: (question: string, what: string) => boolean,
): string | undefined {
  const chosen = answers.map((answer) => ({
    ...answer,
    findings: answer.findings.filter(({ what }) => isChosen(answer.question, what)),
  }));
  const rows = chosen.flatMap(rowsOf);
  return rows.length === 0 ? undefined : `Commit ${commit}.\n\n${layMarkdown(header, rows)}`;
}

/** Returns a comparison of two commits as Markdown. */
export function describeComparison(results: Results): string {
  const { commit, against = "", answers } = results;
  const rows = answers
    .flatMap(({ findings }) => findings)
    .map(({ what, unit, dwld, beside }) => [
      what,
      beside === undefined ? "" : show(beside.median, unit),
      show(dwld.median, unit),
      beside?.ratio === undefined ? "" : digits(beside.ratio.median),
    ]);
  const table = layMarkdown(["what", `before: ${against}`, `after: ${commit}`, "ratio"], rows);
  return [describeRun(results), ...notJudged(results), table].join("\n\n");
}

function describeRun({ commit, startedAt, seconds, machine, before }: Results): string {
  const versions = Object.entries(machine.versions).map(([name, version]) => `${name} ${version}`);
  return (
    `Commit ${commit}, ${startedAt.slice(0, 10)}, ${digits(seconds / 60)} minutes. ${describeMachine(machine)} ` +
    `${versions.join(", ")}. Before the first measurement, other programs used ${percent(before.othersShare)} of it.`
  );
}

function describeMachine({ processor, cores, memoryGigabytes, system, syncMs }: MachineFacts): string {
  return (
    `${cores} cores (${processor}), ${memoryGigabytes} GB, ${system}; a write of 4 KiB and its fdatasync take ` +
    `${show(syncMs, "ms")}.`
  );
}

/** Returns nothing if the machine was quiet during all questions. */
function notJudged({ answers }: Results): string[] {
  const busy = answers.filter(({ company }) => !isQuiet(company));
  if (busy.length === 0) return [];
  const shares = busy.map(({ question, company }) => `${question} (${percent(company.othersShare)})`);
  return [`**Not judged**, since other programs used too much of the machine meanwhile: ${shares.join(", ")}.`];
}

function layMarkdown(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(" | ")} |`;
  return [line(head), line(head.map(() => "---")), ...rows.map(line)].join("\n");
}

/**
 * Puts text between the two comments that mark a block of a document.
 *
 * @throws Error if they are not there.
 */
export function putBlock(document: string, name: string, text: string): string {
  const [start, end] = [`<!-- ${name}: written by make docs -->`, `<!-- end of ${name} -->`];
  const [from, to] = [document.indexOf(start), document.indexOf(end)];
  if (from === -1 || to < from) throw new Error(`There is no block between "${start}" and "${end}".`);
  return `${document.slice(0, from)}${start}\n${text}\n${document.slice(to)}`;
}
