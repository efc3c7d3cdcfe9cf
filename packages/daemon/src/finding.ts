/** What a look at one thing has found: `dwld doctor` and `dwld doctor ftp` tell them alike. */
export type Finding = {
  /** "database", "login": what was looked at. */
  readonly subject: string;
  readonly level: "ok" | "warning" | "failure";
  /** What is so, in one sentence. */
  readonly message: string;
  /** What to do; empty where all is well. */
  readonly remedy: string;
};

type Printer = { print: (text: string) => void; printJson: (value: unknown) => void };

/** Tells what was found, and gives the exit status: 1 where something is a failure. */
export function reportFindings(findings: readonly Finding[], json: boolean, { print, printJson }: Printer): 0 | 1 {
  if (json) printJson({ findings });
  else print(findingLines(findings));
  return findings.some(({ level }) => level === "failure") ? 1 : 0;
}

/** A line for each finding, and one for what to do about it. */
function findingLines(findings: readonly Finding[]): string {
  const width = Math.max(...findings.map(({ subject }) => subject.length));
  const indent = " ".repeat("failure".length + width + 4);
  const lines = findings.flatMap(({ subject, level, message, remedy }) => [
    `${level.padEnd("failure".length)}  ${subject.padEnd(width)}  ${message}`,
    ...(remedy === "" ? [] : [`${indent}${remedy}`]),
  ]);
  return `${lines.join("\n")}\n`;
}
