import { create } from "@bufbuild/protobuf";
import { Command, Option } from "commander";
import { type ListTasksResponse, ListTasksResponseSchema, type Task } from "@dwld/rpc";
import { columnNames, type ColumnName, listTable } from "../render/task-columns.ts";
import type { Table } from "../render/table.ts";
import type { ExitStatus } from "../../command-line/exit-status.ts";
import type { Session } from "../session.ts";
import { columnsArgument, countArgument } from "./argument-readers.ts";
import { withExamples } from "../../command-line/help.ts";
import { type CommonOptions, withJson, withNoTrunc } from "./common-options.ts";
import { filterOf, type FilterOptions, withFilterOptions } from "./filter-options.ts";
import type { RunInSession } from "../run-in-session.ts";
import { taskOrders, type TaskOrder } from "./task-order.ts";

const defaultLimit = 50;
/** The most tasks in one answer of ListTasks. */
const pageLimit = 500;

type ListOptions = CommonOptions &
  FilterOptions & {
    limit?: number;
    all?: true;
    sort?: TaskOrder;
    columns?: ColumnName[];
  };

/** `dwld list` */
export function build(run: RunInSession): Command {
  const command = new Command("list")
    .summary("tasks, newest first")
    .description(
      "Lists tasks, newest first, with the reason of those that wait. QUALITY is what arrived / what was asked, by the " +
        "shorter side; AGE is since it was added; WHAT is title or link, and details.",
    );
  withFilterOptions(command, " (the newest 20,000 are searched)")
    .addOption(
      new Option("-n, --limit <n>", `at most this number of tasks, the newest (default: ${defaultLimit})`)
        .argParser(countArgument)
        .conflicts("all"),
    )
    .option("--all", "all of them")
    .addOption(
      new Option("--sort <by>", "sort what is listed; the latest, largest or fastest comes first").choices(
        Object.keys(taskOrders),
      ),
    )
    .option(
      "--columns <names>",
      `these columns, in this order (commas between them): ${columnNames.join(", ")}`,
      columnsArgument,
    )
    .action(async (options: ListOptions) => run(command, async (session) => list(session, options)));
  withNoTrunc(command);
  withJson(command, `ListTasksResponse, one a line and page of at most ${pageLimit} tasks`);
  return withExamples(
    command,
    "dwld list --state failed -n 10",
    "dwld list --search lecture --chat cli",
    "dwld list --site youtube --sort changed",
    "dwld list --state downloading --sort speed --columns id,speed,what",
    "dwld list --parent last",
    "dwld list --all --json | jq -r '.tasks[] | [.id, .state] | @tsv'",
  );
}

async function list(session: Session, options: ListOptions): Promise<ExitStatus> {
  const print = pagePrinter(session, options.columns);
  if (options.sort === undefined) {
    for await (const page of pages(session, options)) print(page);
    return 0;
  }
  const all = await Array.fromAsync(pages(session, options));
  const tasks = all.flatMap((page) => page.tasks).toSorted(taskOrders[options.sort]);
  // One document of all tasks could exceed the longest string.
  for (let start = 0; start === 0 || start < tasks.length; start += pageLimit)
    print(create(ListTasksResponseSchema, { tasks: tasks.slice(start, start + pageLimit) }));
  return 0;
}

async function* pages(session: Session, options: ListOptions): AsyncGenerator<ListTasksResponse> {
  const { client, output } = session;
  const signal = AbortSignal.any([session.signal, output.gone]);
  const filter = await filterOf(session, options);
  let left = options.all === true ? Infinity : (options.limit ?? defaultLimit);
  let pageToken = "";
  do {
    const page = await client.listTasks({ filter, pageSize: Math.min(left, pageLimit), pageToken }, { signal });
    yield page;
    left -= page.tasks.length;
    pageToken = page.nextPageToken;
  } while (pageToken !== "" && left > 0);
}

/** Returns a function that prints page after page as one table. */
function pagePrinter({ output, clock }: Session, columns: ColumnName[] | undefined): (page: ListTasksResponse) => void {
  let table: Table<Task> | undefined;
  return (page) => {
    if (output.json) return output.document(ListTasksResponseSchema, page);
    if (table === undefined && page.tasks.length === 0) return output.say("no tasks");
    const header = table === undefined;
    table ??= listTable(columns, page.tasks, output.look, clock.nowMs());
    output.say(...(header ? [table.header] : []), ...page.tasks.map(table.line));
  };
}
