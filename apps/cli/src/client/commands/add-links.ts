import { create, type MessageInitShape, toBinary } from "@bufbuild/protobuf";
import { timestampFromMs } from "@bufbuild/protobuf/wkt";
import { type TaskOptions, writeOptions } from "@dwld/options";
import { AddTaskRequestSchema, type TaskOptionsSchema } from "@dwld/rpc";
import { inBatches } from "../arguments/batches.ts";
import { readLinks } from "../arguments/links.ts";
import { type LinkRequest, TaskAsker } from "../connection/task-asker.ts";
import { oneLine } from "@dwld/text";
import { minuteMs } from "@dwld/timing";
import { spanText } from "../render/quantities.ts";
import type { ExitStatus } from "../../command-line/exit-status.ts";
import { explain, type Session } from "../session.ts";
import { defaultRetryMs, waitForEnd } from "../wait/wait-for-end.ts";
import { AddOutcome, mostShownCharacters } from "./add-outcome.ts";
import type { CommonOptions } from "./common-options.ts";

export type AddOptions = CommonOptions & {
  quality?: number;
  user?: string;
  folder?: string;
  chat?: string;
  at?: number;
  requestId?: string;
  notifyUrl?: string;
  wait?: true;
  dryRun?: true;
  patience?: number;
};

/** Tasks of the command line belong to this chat, so that asking for a link twice makes one task. */
const chatOfCommand = "cli";

/** How long a call is repeated while the api restarts. */
const addRetryMs = minuteMs;

/** The bounds of one AddTasks. */
const batch = { most: 500, mostBytes: 1024 * 1024 };

/** The bytes of a message that a field and a request take beside their content. */
const bytesAround = 16;

/**
 * Adds links in their order, as many at once as are there; with --wait, waits for the end of their tasks.
 * @returns 0 only if every link was accepted and, with --wait, every task is DONE.
 */
export async function addLinks(
  session: Session,
  args: string[],
  options: AddOptions,
  asked: TaskOptions,
): Promise<ExitStatus> {
  const { output, signal } = session;
  const outcome = new AddOutcome(session, options);
  const chatId = options.chat ?? (session.hasToken ? undefined : chatOfCommand);
  const requestFor = requestsOf({ ...options, ...(chatId !== undefined && { chat: chatId }) }, asked, session.callId);
  const emptyBytes = toBinary(AddTaskRequestSchema, create(AddTaskRequestSchema, requestFor("", 0))).byteLength;
  const bytesOf = (link: string): number => Buffer.byteLength(link) + emptyBytes + bytesAround;
  const asker = new TaskAsker(session.client, {
    signal,
    clock: session.clock,
    retryMs: addRetryMs,
    onRepeat: (error) => output.complain(`${explain(session, error)}; trying again for ${spanText(addRetryMs)}`),
    onLimit: (error, links) => outcome.tellLimit(error, links),
  });
  const reading = new AbortController();
  let open: string[] = [];
  let number = 0;
  try {
    const links = readLinks(args, session.input, AbortSignal.any([signal, reading.signal]));
    for await (const some of inBatches(links, { ...batch, bytesOf })) {
      open = some;
      for await (const answered of asker.ask(some.map((link) => requestFor(link, (number += 1))))) {
        open = open.slice(answered.links.length);
        outcome.take(answered);
      }
    }
    signal.throwIfAborted();
    outcome.showCount();
  } catch (error) {
    const [link = ""] = open;
    if (signal.aborted) output.complain(outcome.interruptedText(open.length));
    else if (asker.reached)
      output.complain(`${oneLine(link, mostShownCharacters)} was not added, nor what comes after it`);
    throw error;
  } finally {
    reading.abort();
  }
  const { count, refused, tracker } = outcome;
  if (count === 0) output.complain("no links were given");
  const waiting = { filter: chatId === undefined ? {} : { chatId }, retryMs: options.patience ?? defaultRetryMs };
  const status = options.wait === true ? await waitForEnd(session, tracker, waiting, refused) : 0;
  return status === 0 && (count === 0 || refused.length > 0) ? 1 : status;
}

/**
 * Returns a function for the request of a link by its number. Each has an id of its own, so that it makes one task however
 * often it is repeated. The id begins with that of the command's calls, by which `dwld logs` finds all of its tasks.
 */
function requestsOf(options: AddOptions, asked: TaskOptions, callId: string) {
  const common = {
    targetQuality: options.quality ?? 0,
    // Empty: the only chat of the token, if it has one.
    chatId: options.chat ?? "",
    userName: options.user ?? "",
    folder: options.folder ?? "",
    notifyUrl: options.notifyUrl ?? "",
    validateOnly: options.dryRun ?? false,
    options: writeOptions(asked) as MessageInitShape<typeof TaskOptionsSchema>,
    ...(options.at !== undefined && { startAfter: timestampFromMs(options.at) }),
  };
  return (link: string, number: number): LinkRequest => {
    return { ...common, link, requestId: options.requestId ?? `${callId}-${number}` };
  };
}
