/** What a look at one thing has found. */
export type Finding = {
  /** "database", "yt-dlp": what was looked at. */
  readonly subject: string;
  readonly level: "ok" | "warning" | "failure";
  /** What is so, in one sentence. */
  readonly message: string;
  /** What to do; empty where all is well. */
  readonly remedy: string;
};

export function ok(subject: string, message: string): Finding {
  return { subject, level: "ok", message, remedy: "" };
}

/** It works, and something could be better. */
export function warning(subject: string, message: string, remedy: string): Finding {
  return { subject, level: "warning", message, remedy };
}

/** dwld does not do its work like this. */
export function failure(subject: string, message: string, remedy: string): Finding {
  return { subject, level: "failure", message, remedy };
}

const marks = { ok: "ok", warning: "warning", failure: "FAILURE" } as const;

/** A line for each finding, and one for what to do about it. */
export function findingLines(findings: readonly Finding[]): string[] {
  const width = Math.max(...findings.map(({ subject }) => subject.length));
  return findings.flatMap(({ subject, level, message, remedy }) => [
    `${marks[level].padEnd(8)} ${subject.padEnd(width)}  ${message}`,
    ...(remedy === "" ? [] : [`${" ".repeat(9 + width + 2)}${remedy}`]),
  ]);
}
