import { basename } from "node:path";
import { getSystemErrorMessage } from "node:util";
import { errorCode, errorText, isSystemError } from "@dwld/text";

type SourceFacts = {
  problem: "missing" | "damaged" | "unreadable";
  path: string;
  message: string;
  advice: string;
};

/** Something is wrong with the file on this host, which no destination can mend. `message` and `advice` are for a person. */
export class SourceError extends Error {
  override readonly name = "SourceError";
  readonly code = "source";
  readonly problem: SourceFacts["problem"];
  readonly path: string;
  readonly advice: string;

  constructor({ problem, path, message, advice }: SourceFacts, options?: ErrorOptions) {
    super(message, options);
    this.problem = problem;
    this.path = path;
    this.advice = advice;
  }
}

const diskAdvice = "Check the disk of this machine. Nothing was deleted.";

export function damaged(path: string, how: string): SourceError {
  return new SourceError({
    problem: "damaged",
    path,
    message: `${basename(path)} is not what was downloaded: ${how}`,
    advice: `${diskAdvice} To download it afresh, delete the task and add the link again.`,
  });
}

export function unreadable(path: string, cause: unknown): SourceError {
  const message = `${basename(path)} cannot be read: ${reasonOf(cause)}`;
  return new SourceError({ problem: "unreadable", path, message, advice: diskAdvice }, { cause });
}

export function undeletable(path: string, cause: unknown): SourceError {
  return new SourceError(
    {
      problem: "unreadable",
      path,
      message: `The file was delivered, and ${basename(path)} cannot be deleted here: ${reasonOf(cause)}`,
      advice: "Give the user that runs dwld write access to its folder, and retry the task.",
    },
    { cause },
  );
}

/** Explains why a file could not be opened. */
export function explainOpenError(error: unknown, path: string): SourceError {
  if (!isAbsent(error)) return unreadable(path, error);
  return new SourceError(
    {
      problem: "missing",
      path,
      message: `The downloaded file ${basename(path)} is gone from this machine, and no copy was delivered`,
      advice: "Somebody or something has removed it. Retry the task: it is downloaded again.",
    },
    { cause: error },
  );
}

export function isAbsent(error: unknown): boolean {
  return ["ENOENT", "ENOTDIR"].includes(errorCode(error));
}

/** Returns the system's words, without the path that Node adds. */
function reasonOf(error: unknown): string {
  if (!isSystemError(error) || error.errno === undefined) return errorText(error);
  return `${getSystemErrorMessage(error.errno)} (${errorCode(error)})`;
}
