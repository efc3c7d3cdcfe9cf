import { type LogLine, readLogLine } from "../screen/describe-event.ts";

export type Wanted = {
  /** The id of a task, or its beginning. */
  readonly task?: string;
  readonly app?: string;
};

/** Returns whether a line is wanted. A line that is no JSON (of Node itself, or of stderr) belongs to no task. */
export function isWanted(line: string, { task, app }: Wanted): boolean {
  const fields = readLogLine(line);
  if (app !== undefined && appOf(line, fields) !== app) return false;
  return task === undefined || taskOf(fields)?.startsWith(task.toLowerCase()) === true;
}

function appOf(line: string, fields: LogLine | undefined): unknown {
  return fields === undefined ? /^dwld ([a-z-]+): /.exec(line)?.[1] : fields["app"];
}

/** Returns the id of the task that a line is about. */
function taskOf(fields: LogLine | undefined): string | undefined {
  const id = fields?.["task_id"];
  return typeof id === "string" ? id : undefined;
}

/** Returns the id of the newest task in a log. Ids begin with their time (RFC 9562, UUIDv7). */
export function newestTask(lines: readonly string[]): string | undefined {
  return lines
    .flatMap((line) => taskOf(readLogLine(line)) ?? [])
    .reduce<string | undefined>((newest, id) => (newest === undefined || id > newest ? id : newest), undefined);
}
