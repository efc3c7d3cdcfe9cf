import type { MessageInitShape } from "@bufbuild/protobuf";
import type { Command } from "commander";
import type { TaskFilterSchema, TaskState } from "@dwld/rpc";
import { findTask } from "../connection/find-task.ts";
import type { Session } from "../session.ts";
import { statesArgument, taskArgument } from "./argument-readers.ts";

/** The options that tell tasks from others. */
export type FilterOptions = { state?: TaskState[]; chat?: string; site?: string; search?: string; parent?: string };

/** Adds the options of a filter. @param searched follows what is searched without an index: how much of it is read. */
export function withFilterOptions(command: Command, searched = ""): Command {
  return command
    .option("--state <states>", "only those in these states: queued, done, ... (commas between them)", statesArgument)
    .option("--chat <id>", "only tasks of this chat; '': tasks without a chat")
    .option("--site <site>", `only links of this site, as \`dwld sites\` names it${searched}`)
    .option("--search <text>", `only those with this in link or title${searched}`)
    .option("--parent <id>", "only the entries of this playlist", taskArgument);
}

/** Returns the flags of the filter that were given. */
export function givenFilters(options: FilterOptions): string[] {
  const { state, chat, site, search, parent } = options;
  return Object.entries({ state, chat, site, search, parent }).flatMap(([name, value]) =>
    value === undefined ? [] : [`--${name}`],
  );
}

/** @throws TaskNameError if the playlist means no single task; ConnectError if the api cannot be asked. */
export async function filterOf(
  session: Session,
  { state = [], chat, site = "", search = "", parent }: FilterOptions,
): Promise<MessageInitShape<typeof TaskFilterSchema>> {
  return {
    states: state,
    ...(chat === undefined ? {} : { chatId: chat }),
    site,
    text: search,
    parentId: parent === undefined ? "" : (await findTask(session, parent)).id,
  };
}
