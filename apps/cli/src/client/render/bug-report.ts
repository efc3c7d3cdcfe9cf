import { FailureClass, type GetStatusResponse, type Task } from "@dwld/rpc";
import { bugReport } from "@dwld/text/bug-report";
import { failureWord } from "./task-words.ts";

/** Whether the reason of the failure is unknown, so that it is worth reporting. */
export function isWorthReporting({ failure }: Pick<Task, "failure">): boolean {
  return failure?.failureClass === FailureClass.UNKNOWN;
}

/**
 * Returns what to paste into a bug report about an unknown failure.
 *
 * @param processes those of the status, which have the worker's version.
 */
export function reportLines(task: Task, { processes }: Pick<GetStatusResponse, "processes">): string[] {
  const attempt = task.attempts.findLast((each) => isWorthReporting(each));
  const failure = attempt?.failure ?? task.failure;
  const facts = {
    dwldVersion: processes.find(({ app }) => app === "worker")?.version ?? "",
    failure: failure === undefined ? undefined : { word: failureWord(failure), message: failure.message },
  };
  return [
    "report: nobody knows this failure yet. Read what follows, then paste it into a bug report:",
    "",
    ...bugReport({ ...facts, task, attempt }),
  ];
}
