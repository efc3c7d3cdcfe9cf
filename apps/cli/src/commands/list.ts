import { Command, Option } from "commander";
import { ListTasksResponseSchema, type TaskState } from "@dwld/rpc";
import { listTable } from "../render/task-lines.ts";
import type { ExitStatus, Session } from "../session.ts";
import { countArgument, statesArgument } from "./argument-readers.ts";
import { type CommonOptions, type RunCommand, withExamples, withJson } from "./run-command.ts";

const DEFAULT_LIMIT = 50;
/** The most that ListTasks gives at once. */
const PAGE_SIZE = 500;

type ListOptions = CommonOptions & {
  state?: TaskState[];
  chat?: string;
  search?: string;
  parent?: string;
  limit?: number;
  all?: true;
};

/** `dwld list` */
export function listCommand(run: RunCommand): Command {
  const command = new Command("list")
    .summary("tasks, newest first")
    .description("Lists tasks, newest first. QUALITY is what arrived / what was asked, by the shorter side.")
    .option("--state <states>", "only those in these states: queued, done, ... (commas between them)", statesArgument)
    .option("--chat <id>", "only those of this chat")
    .option("--search <text>", "only those with this in link or title (the newest 20,000 are searched)")
    .option("--parent <id>", "only the entries of this playlist")
    .addOption(
      new Option("--limit <n>", `at most so many (default: ${DEFAULT_LIMIT})`)
        .argParser(countArgument)
        .conflicts("all"),
    )
    .option("--all", "all of them")
    .action(async (options: ListOptions) => run(command, async (session) => list(session, options)));
  withJson(command, `ListTasksResponse, one a line and page of at most ${PAGE_SIZE} tasks`);
  return withExamples(
    command,
    "dwld list --state failed --limit 10",
    "dwld list --search lecture --chat cli",
    "dwld list --all --json | jq -r '.tasks[] | [.id, .state] | @tsv'",
  );
}

async function list(session: Session, options: ListOptions): Promise<ExitStatus> {
  const { client, output, clock } = session;
  const signal = AbortSignal.any([session.signal, output.gone]);
  const filter = {
    states: options.state ?? [],
    ...(options.chat === undefined ? {} : { chatId: options.chat }),
    text: options.search ?? "",
    parentId: options.parent ?? "",
  };
  const table = listTable(output.columns, clock.nowMs());
  let left = options.all === true ? Infinity : (options.limit ?? DEFAULT_LIMIT);
  let pageToken = "";
  let isFirst = true;
  do {
    const page = await client.listTasks({ filter, pageSize: Math.min(left, PAGE_SIZE), pageToken }, { signal });
    if (output.json) output.document(ListTasksResponseSchema, page);
    else if (isFirst && page.tasks.length === 0) output.say("no tasks");
    else output.say(...(isFirst ? [table.header] : []), ...page.tasks.map(table.line));
    isFirst = false;
    left -= page.tasks.length;
    pageToken = page.nextPageToken;
  } while (pageToken !== "" && left > 0);
  return 0;
}
