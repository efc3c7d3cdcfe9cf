import { timestampFromMs } from "@bufbuild/protobuf/wkt";
import { Command, Option } from "commander";
import { type CleanHistoryResponse, CleanHistoryResponseSchema, type TaskState } from "@dwld/rpc";
import { oneLine } from "@dwld/text";
import { minuteMs } from "@dwld/timing";
import { isFinal, stateWord } from "../render/task-words.ts";
import type { ExitStatus } from "../../command-line/exit-status.ts";
import type { Session } from "../session.ts";
import { spanArgument, statesArgument } from "./argument-readers.ts";
import { canAsk, confirm } from "./confirm.ts";
import { withExamples } from "../../command-line/help.ts";
import { type CommonOptions, withJson } from "./common-options.ts";
import type { RunInSession } from "../run-in-session.ts";

/** The api removes a long history in many steps. */
const cleanTimeoutMs = 10 * minuteMs;

type CleanOptions = CommonOptions & {
  state?: TaskState[];
  chat?: string;
  olderThan?: number;
  dryRun?: true;
  yes?: true;
};

/** `dwld clean` */
export function build(run: RunInSession): Command {
  const command = new Command("clean")
    .summary("forget tasks that have ended")
    .description(
      "Forgets tasks that are done, failed or canceled: those of every chat, or those the options name. Videos stay. " +
        "Says what it would forget and asks first; without a terminal, --yes or --dry-run is needed.",
    )
    .option("--state <states>", "only these: done, failed, canceled (commas between them)", statesArgument)
    .option("--chat <id>", "only tasks of this chat; '': tasks without a chat")
    .option("--older-than <span>", "only those that ended longer ago than this: 30d, 12h", spanArgument)
    .addOption(new Option("--dry-run", "only say what would be forgotten").conflicts("yes"))
    .option("-y, --yes", "do not ask")
    .action(async (options: CleanOptions) =>
      run(command, async (session) => {
        const wrong = contradiction(session, options);
        return wrong === undefined ? clean(session, options) : command.error(`clean: ${wrong}`);
      }),
    );
  withJson(command, "one CleanHistoryResponse");
  return withExamples(
    command,
    "dwld clean --older-than 30d --dry-run",
    "dwld clean --older-than 30d --yes",
    "dwld clean --state failed,canceled --chat cli --yes",
    "dwld clean --chat '' --dry-run",
  );
}

/** Why the options cannot be meant, in words; undefined if they can. */
function contradiction(session: Session, { state = [], dryRun, yes }: CleanOptions): string | undefined {
  if (!state.every(isFinal)) return "only done, failed and canceled tasks can be forgotten";
  if (dryRun === true || yes === true || canAsk(session)) return undefined;
  return "there is no terminal to ask on. --dry-run says what would be forgotten, --yes forgets it";
}

async function clean(session: Session, options: CleanOptions): Promise<ExitStatus> {
  const { client, output, clock, signal } = session;
  const { chat, dryRun = false, yes = false, olderThan } = options;
  const states = options.state ?? [];
  const asks = !dryRun && !yes;
  // A task that ends between the question and its answer is kept.
  const endedBefore = olderThan !== undefined || asks ? clock.nowMs() - (olderThan ?? 0) : undefined;
  const request = {
    states,
    ...(chat === undefined ? { allChats: true } : { chatId: chat }),
    ...(endedBefore !== undefined && { finishedBefore: timestampFromMs(endedBefore) }),
  };
  const call = async (validateOnly: boolean): Promise<CleanHistoryResponse> =>
    client.cleanHistory({ ...request, validateOnly }, { signal, timeoutMs: cleanTimeoutMs });

  if (asks) {
    const found = await call(true);
    output.say(`would forget ${whatText(found, chat)}`);
    if (found.deletedCount === 0n) return 0;
    if (!(await confirm(session, "Forget them?"))) {
      output.say("nothing was forgotten");
      return 1;
    }
  }
  const answer = await call(dryRun);
  if (output.json) output.document(CleanHistoryResponseSchema, answer);
  else output.say(`${dryRun ? "would forget" : "forgot"} ${whatText(answer, chat)}`);
  return 0;
}

/** "120 tasks of every chat: 100 done, 20 failed" */
function whatText({ deletedCount, counts }: CleanHistoryResponse, chat: string | undefined): string {
  const count = `${deletedCount} ${deletedCount === 1n ? "task" : "tasks"}`;
  const states = counts.map((each) => `${each.count} ${stateWord(each.state)}`).join(", ");
  return `${count}${chatText(chat)}${states === "" ? "" : `: ${states}`}`;
}

function chatText(chat: string | undefined): string {
  if (chat === undefined) return " of every chat";
  return chat === "" ? ", added without a chat" : ` of chat ${oneLine(chat)}`;
}
