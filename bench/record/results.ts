import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Finding } from "../finding.ts";
import type { Company } from "../machine/company.ts";
import type { MachineFacts } from "../machine/facts.ts";

/** The rows of a question, and the machine while it was measured. */
export type Answer = { question: string; seconds: number; company: Company; findings: readonly Finding[] };

/** The record of a whole run. */
export type Results = {
  commit: string;
  /** The commit that was measured beside it in place of the neighbours. */
  against?: string;
  /** ISO 8601. */
  startedAt: string;
  seconds: number;
  machine: MachineFacts;
  /** The machine in the moments before the first measurement. */
  before: Company;
  answers: readonly Answer[];
};

/** The files of the record, beside the bench and in the repository. */
export type RecordName = "results" | "before-and-after";

/** Returns undefined if there is no record yet. */
export function readResults(name: RecordName): Results | undefined {
  const file = fileOf(name);
  return existsSync(file) ? (JSON.parse(readFileSync(file, "utf8")) as Results) : undefined;
}

/** Keeps four digits of each number: more are noise, and make a file hard to read. */
export function writeResults(name: RecordName, results: Results): void {
  const digits = (_: string, value: unknown) => (typeof value === "number" ? Number(value.toPrecision(4)) : value);
  writeFileSync(fileOf(name), `${JSON.stringify(results, digits, 2)}\n`);
}

function fileOf(name: RecordName): string {
  return join(import.meta.dirname, "..", `${name}.json`);
}
