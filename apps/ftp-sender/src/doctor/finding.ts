import type { Patient } from "./patient.ts";

/** What a look at one thing has found; `dwld doctor` shows it beside its own. */
export type Finding = {
  /** "login", "resume": what was looked at. */
  readonly subject: string;
  readonly level: "ok" | "warning" | "failure";
  /** What is so, in one sentence. */
  readonly message: string;
  /** Which setting to change, here or on the server; empty where all is well. */
  readonly remedy: string;
};

type Found = Omit<Finding, "subject">;

/** Finds one thing out. A DestinationError is a failure. */
export type Look = (patient: Patient) => Promise<Found>;

export function ok(message: string): Found {
  return { level: "ok", message, remedy: "" };
}

/** Deliveries work all the same. */
export function warning(message: string, remedy: string): Found {
  return { level: "warning", message, remedy };
}

/** A line for each finding, and one for what to do about it. */
export function findingLines(findings: readonly Finding[]): string {
  const width = Math.max(...findings.map(({ subject }) => subject.length));
  const indent = " ".repeat("failure".length + width + 4);
  const lines = findings.flatMap(({ subject, level, message, remedy }) => [
    `${level.padEnd("failure".length)}  ${subject.padEnd(width)}  ${message}`,
    ...(remedy === "" ? [] : [`${indent}${remedy}`]),
  ]);
  return `${lines.join("\n")}\n`;
}
