import { type LogLine, readLogLine } from "../screen/describe-event.ts";

export type Wanted = {
  /** The id of a task or of a request, or the beginning of one. */
  readonly id?: string | undefined;
  readonly app?: string | undefined;
};

/** Fields by which a line names the call that caused it, and the request by which its task was added. */
const requestFields = ["call_id", "request_id"];

/** Chooses lines of the log. Those of a request are the ones that name it, and all of the tasks that these name. */
export class LogFilter {
  readonly #id: string | undefined;
  readonly #app: string | undefined;
  readonly #tasksOfRequest = new Set<string>();

  /** @param past lines that are known already: one of a task may stand before the one that joins task and request. */
  constructor({ id, app }: Wanted, past: readonly string[] = []) {
    this.#id = id?.toLowerCase();
    this.#app = app;
    if (id !== undefined) for (const line of past) this.#learn(readLogLine(line));
  }

  /** A line that is no JSON (of Node itself, or of stderr) belongs to no task. */
  isWanted(line: string): boolean {
    const fields = readLogLine(line);
    // The line of another app may join the request and its task.
    this.#learn(fields);
    if (this.#app !== undefined && appOf(line, fields) !== this.#app) return false;
    if (this.#id === undefined) return true;
    const task = taskOf(fields);
    return this.#begins(task) || this.#isOfRequest(fields) || (task !== undefined && this.#tasksOfRequest.has(task));
  }

  #learn(fields: LogLine | undefined): void {
    const task = taskOf(fields);
    if (task !== undefined && this.#isOfRequest(fields)) this.#tasksOfRequest.add(task);
  }

  #isOfRequest(fields: LogLine | undefined): boolean {
    return requestFields.some((name) => this.#begins(fields?.[name]));
  }

  #begins(id: unknown): boolean {
    return this.#id !== undefined && typeof id === "string" && id.toLowerCase().startsWith(this.#id);
  }
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

/** Returns lines of several processes by their own times. One without a time stays behind the one before it. */
export function inTimeOrder(lines: readonly string[]): string[] {
  let time = "";
  return lines
    .map((line) => {
      const own = readLogLine(line)?.["time"];
      if (typeof own === "string") time = own;
      return { line, time };
    })
    .toSorted((one, other) => (one.time < other.time ? -1 : Number(one.time > other.time)))
    .map(({ line }) => line);
}
