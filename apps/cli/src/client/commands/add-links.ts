import { randomUUID } from "node:crypto";
import type { MessageInitShape } from "@bufbuild/protobuf";
import { timestampFromMs } from "@bufbuild/protobuf/wkt";
import { type TaskOptions, writeOptions } from "@dwld/options";
import {
  type AddTaskRequestSchema,
  type AddTaskResponse,
  AddTaskResponseSchema,
  type TaskOptionsSchema,
} from "@dwld/rpc";
import { readLinks } from "../arguments/links.ts";
import { classifyFailure } from "../connection/call-failure.ts";
import { repeatCall } from "../connection/repeat-call.ts";
import { oneLine } from "@dwld/text";
import type { Look } from "../render/look.ts";
import { spanText } from "../render/quantities.ts";
import { taskLine } from "../render/task-lines.ts";
import { detailText } from "../render/task-words.ts";
import type { ExitStatus } from "../../command-line/exit-status.ts";
import { explain, type Session } from "../session.ts";
import { previewLines } from "../render/preview-lines.ts";
import { TaskTracker } from "../wait/task-tracker.ts";
import { defaultRetryMs, waitForEnd } from "../wait/wait-for-end.ts";
import type { CommonOptions } from "./common-options.ts";

export type AddOptions = CommonOptions & {
  quality?: number;
  user?: string;
  folder?: string;
  chat: string;
  at?: number;
  requestId?: string;
  wait?: true;
  dryRun?: true;
  patience?: number;
};

/** How long an AddTask is repeated while the api restarts. */
const addRetryMs = 60_000;

/** The outcomes of the links of one `dwld add`. */
type Outcome = { tracker: TaskTracker; refused: string[] };

/**
 * Adds links one after another, in their order; with --wait, waits for the end of their tasks.
 * @returns 0 only if every link was accepted and, with --wait, every task is DONE.
 */
export async function addLinks(
  session: Session,
  args: string[],
  options: AddOptions,
  asked: TaskOptions,
): Promise<ExitStatus> {
  const { output, signal } = session;
  const outcome: Outcome = { tracker: new TaskTracker(), refused: [] };
  let count = 0;
  for await (const link of readLinks(args, session.input, signal)) {
    count += 1;
    await addOne(session, requestFor(link, options, asked), outcome, count > 1);
  }
  signal.throwIfAborted();
  if (count === 0) output.complain("no links were given");
  const { tracker, refused } = outcome;
  const waiting = { filter: { chatId: options.chat }, retryMs: options.patience ?? defaultRetryMs };
  const status = options.wait === true ? await waitForEnd(session, tracker, waiting, refused) : 0;
  return status === 0 && (count === 0 || refused.length > 0) ? 1 : status;
}

async function addOne(
  session: Session,
  request: MessageInitShape<typeof AddTaskRequestSchema> & { link: string },
  { tracker, refused }: Outcome,
  reached: boolean,
): Promise<void> {
  const { client, output, clock, signal } = session;
  const { link, validateOnly } = request;
  try {
    const answer = await repeatCall(async () => client.addTask(request, { signal }), {
      signal,
      clock,
      retryMs: addRetryMs,
      reached,
      onRepeat: (error) => output.complain(`${explain(session, error)}; trying again for ${spanText(addRetryMs)}`),
    });
    if (output.json) output.document(AddTaskResponseSchema, answer);
    else if (validateOnly === true)
      output.say(...(reached ? [""] : []), ...previewLines(answer, output.look, clock.nowMs()));
    else output.say(...addedLines(answer, output.look, clock.nowMs()));
    if (answer.task !== undefined && validateOnly !== true) tracker.add(answer.task);
  } catch (error) {
    signal.throwIfAborted();
    if (classifyFailure(error) !== "answered") {
      if (reached) output.complain(`${oneLine(link)} was not added, nor what comes after it`);
      throw error;
    }
    output.complain(`${oneLine(link)}: ${explain(session, error)}`);
    refused.push(link);
  }
}

/** A request has an id of its own, so that it makes one task however often it is repeated. */
function requestFor(link: string, options: AddOptions, asked: TaskOptions) {
  return {
    link,
    targetQuality: options.quality ?? 0,
    chatId: options.chat,
    userName: options.user ?? "",
    folder: options.folder ?? "",
    requestId: options.requestId ?? randomUUID(),
    validateOnly: options.dryRun ?? false,
    options: writeOptions(asked) as MessageInitShape<typeof TaskOptionsSchema>,
    ...(options.at !== undefined && { startAfter: timestampFromMs(options.at) }),
  };
}

function addedLines({ task, joined }: AddTaskResponse, look: Look, nowMs: number): string[] {
  if (task === undefined) return [];
  const parts = [taskLine(task, look), detailText(task, nowMs), joined ? "(was there already)" : ""];
  return [parts.filter((part) => part !== "").join("  ")];
}
