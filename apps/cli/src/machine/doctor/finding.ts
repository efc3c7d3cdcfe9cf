import { oneLine } from "@dwld/text";

/** The result of one look at this machine or around it. */
export type Finding = {
  /** "database", "login": what was looked at. */
  readonly subject: string;
  readonly level: "ok" | "warning" | "failure";
  /** One sentence. */
  readonly message: string;
  /** Says what to do; empty if all is well. */
  readonly remedy: string;
};

/** A finding of a check, which names its subject unless the finding has another. */
export type Found = Omit<Finding, "subject"> & Partial<Pick<Finding, "subject">>;

export function ok(message: string): Found {
  return { level: "ok", message, remedy: "" };
}

/** Returns the finding that something works and could be better. */
export function warning(message: string, remedy: string): Found {
  return { level: "warning", message, remedy };
}

/** dwld does not do its work like this. */
export function failure(message: string, remedy: string): Found {
  return { level: "failure", message, remedy };
}

/** The same of another subject than that of the check. */
export function about(subject: string, found: Found): Found {
  return { ...found, subject };
}

export function hasFailure(findings: readonly Finding[]): boolean {
  return findings.some(({ level }) => level === "failure");
}

/** A line for each finding, and one for what to do about it. Words of programs and servers are in it, and reach a terminal. */
export function findingLines(findings: readonly Finding[]): string {
  const width = Math.max(...findings.map(({ subject }) => subject.length));
  const indent = " ".repeat("failure".length + width + 4);
  const lines = findings.flatMap(({ subject, level, message, remedy }) => [
    `${level.padEnd("failure".length)}  ${subject.padEnd(width)}  ${oneLine(message)}`,
    ...(remedy === "" ? [] : [`${indent}${oneLine(remedy)}`]),
  ]);
  return `${lines.join("\n")}\n`;
}
