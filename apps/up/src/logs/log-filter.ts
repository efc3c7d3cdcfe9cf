import { type LogLine, readLogLine } from "../screen/describe-event.ts";

export type Wanted = {
  /** A task's id, or its beginning. */
  readonly task?: string;
  readonly app?: string;
};

/** Whether a line of the log is wanted. What is no JSON (Node's own words, a message on stderr) belongs to no task. Pure. */
export function isWanted(line: string, { task, app }: Wanted): boolean {
  const fields = readLogLine(line);
  if (app !== undefined && appOf(line, fields) !== app) return false;
  return task === undefined || taskOf(fields)?.startsWith(task.toLowerCase()) === true;
}

function appOf(line: string, fields: LogLine | undefined): unknown {
  return fields === undefined ? /^dwld ([a-z-]+): /.exec(line)?.[1] : fields["app"];
}

/** The id of the task that a line is about. */
function taskOf(fields: LogLine | undefined): string | undefined {
  const id = fields?.["task_id"];
  return typeof id === "string" ? id : undefined;
}

/** The newest task of a log: ids begin with their time (RFC 9562, UUIDv7). */
export function newestTask(lines: readonly string[]): string | undefined {
  return lines
    .flatMap((line) => taskOf(readLogLine(line)) ?? [])
    .reduce<string | undefined>((newest, id) => (newest === undefined || id > newest ? id : newest), undefined);
}
