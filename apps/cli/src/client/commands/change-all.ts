import type { DescMessage, MessageInitShape, MessageShape } from "@bufbuild/protobuf";
import type { CallOptions } from "@connectrpc/connect";
import { type Command, Option } from "commander";
import type { TaskSelectionSchema } from "@dwld/rpc";
import { oneLine } from "@dwld/text";
import { minuteMs } from "@dwld/timing";
import type { ExitStatus } from "../../command-line/exit-status.ts";
import type { Session } from "../session.ts";
import type { CommonOptions } from "./common-options.ts";
import { canAsk, confirm } from "./confirm.ts";
import { filterOf, type FilterOptions, givenFilters, withFilterOptions } from "./filter-options.ts";

/** The api changes many tasks in many steps. */
const changeTimeoutMs = 10 * minuteMs;

/** The options of a command that changes tasks, by their ids or all that match. */
export type ChangeOptions = CommonOptions & FilterOptions & { all?: true; dryRun?: true; yes?: true };

/** Adds `--all` and the options that go with it. @param which describes the tasks that `--all` means. */
export function withAll(command: Command, which: string): Command {
  command.optionsGroup("All at once:").option("--all", `${which}, as far as they fit the options below`);
  return withFilterOptions(command)
    .addOption(new Option("--dry-run", "only say how many there are").conflicts("yes"))
    .option("-y, --yes", "do not ask");
}

/** A change of all tasks, in words and as a call. */
export type Deed<Answer extends DescMessage> = {
  /** "cancel": "would cancel 3 tasks", "Cancel them?" */
  readonly verb: string;
  /** "canceled" */
  readonly done: string;
  /** The answer to a person who declines: "nothing was canceled". */
  readonly declined: string;
  readonly answer: Answer;
  readonly call: (
    request: { selection: MessageInitShape<typeof TaskSelectionSchema>; validateOnly: boolean },
    options: CallOptions,
  ) => Promise<MessageShape<Answer>>;
  /** Returns how many were changed, and what kept others from it. */
  readonly read: (answer: MessageShape<Answer>) => { count: bigint; limit?: { message: string } | undefined };
};

/** Returns why ids and options cannot be meant together, in words; undefined if they can. */
export function contradiction(session: Session, ids: readonly string[], options: ChangeOptions): string | undefined {
  const { all = false, dryRun = false, yes = false } = options;
  if (all && ids.length > 0) return "give ids or --all, not both";
  if (all) return dryRun || yes || canAsk(session) ? undefined : noTerminal;
  const [stray] = [...givenFilters(options), ...(dryRun ? ["--dry-run"] : []), ...(yes ? ["--yes"] : [])];
  if (stray !== undefined) return `${stray} goes with --all`;
  return ids.length === 0 ? "give the ids of tasks, or --all" : undefined;
}

const noTerminal = "there is no terminal to ask on. --dry-run says how many tasks it would be, --yes does it";

/** Changes all tasks that the options name. Asks first if they are several. */
export async function changeAll<Answer extends DescMessage>(
  session: Session,
  options: ChangeOptions,
  deed: Deed<Answer>,
): Promise<ExitStatus> {
  const { output, signal } = session;
  const { dryRun = false, yes = false } = options;
  const selection = { filter: await filterOf(session, options) };
  const call = async (validateOnly: boolean) =>
    deed.call({ selection, validateOnly }, { signal, timeoutMs: changeTimeoutMs });
  if (!dryRun && !yes) {
    const { count } = deed.read(await call(true));
    if (count === 0n) {
      output.say(`no tasks to ${deed.verb}`);
      return 0;
    }
    if (count > 1n) {
      output.say(`would ${deed.verb} ${countText(count)}`);
      if (!(await confirm(session, `${deed.verb.charAt(0).toUpperCase()}${deed.verb.slice(1)} them?`))) {
        output.say(deed.declined);
        return 1;
      }
    }
  }
  const answer = await call(dryRun);
  const { count, limit } = deed.read(answer);
  if (output.json) output.document(deed.answer, answer);
  else output.say(`${dryRun ? `would ${deed.verb}` : deed.done} ${countText(count)}`);
  if (limit === undefined) return 0;
  output.complain(oneLine(limit.message));
  return 1;
}

function countText(count: bigint): string {
  return `${count} ${count === 1n ? "task" : "tasks"}`;
}
