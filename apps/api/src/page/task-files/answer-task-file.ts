import { createHash } from "node:crypto";
import type { OutgoingHttpHeaders } from "node:http";
import { Code, ConnectError } from "@connectrpc/connect";
import type { Logger } from "@dwld/daemon";
import { type Database, filesOf, findTask, findThumbnail, type Scope } from "@dwld/queue";
import type { Identity } from "../../access/identity.ts";
import type { Caller } from "../../limits/caller.ts";
import type { Limits } from "../../limits/limits.ts";
import type { LocalFiles } from "../../machine/local-files.ts";
import { fileNameOf } from "../../messages/task-message.ts";
import { limitError } from "../../rules/limit-error.ts";
import { type Exchange, hasAlready, isClosed, send } from "../messages.ts";
import { taskFileHeaders } from "./attachment.ts";
import { sendFile } from "./send-file.ts";
import type { TaskFile } from "./task-file.ts";

export type TaskFileSources = {
  readonly database: Database;
  readonly localFiles: LocalFiles;
  readonly limits: Pick<Limits, "holdStream" | "note">;
  readonly logger: Pick<Logger, "debug" | "error">;
  /** Aborted when the server shuts down. What was not sent yet can be asked for by Range. */
  readonly stopping: AbortSignal;
};

/** The caller that asks for a file: with its identity, or the error with which it is refused. */
export type Asker = { readonly admission: Identity | ConnectError; readonly caller: Caller };

/** The answer for a task that is not there, one of another chat and one without such a file: nobody can tell them apart. */
const notFound = "there is no such file";

/** Answers a request for a file of a task. Never rejects. */
export async function answerTaskFile(
  sources: TaskFileSources,
  asked: TaskFile,
  exchange: Exchange,
  { admission, caller }: Asker,
): Promise<void> {
  try {
    if (admission instanceof ConnectError) refuse(exchange, admission);
    else if (asked.number === undefined) await answerThumbnail(sources, asked.id, exchange, admission.scope);
    else await answerFile(sources, asked, exchange, { admission, caller });
  } catch (error) {
    const { response } = exchange;
    const facts = { err: error, task_id: asked.id };
    if (response.headersSent || isClosed(response)) sources.logger.debug(facts, "a file was not sent to its end");
    else {
      sources.logger.error(facts, "a file could not be read");
      answerText(exchange, 500, "the file could not be read; the server's log has the reason");
    }
  }
}

async function answerThumbnail(
  { database }: TaskFileSources,
  id: string,
  exchange: Exchange,
  scope: Scope,
): Promise<void> {
  const jpeg = await findThumbnail(database, id, scope);
  if (jpeg === undefined) {
    answerText(exchange, 404, notFound);
    return;
  }
  const etag = `"${createHash("sha256").update(jpeg).digest("base64url").slice(0, 22)}"`;
  const headers = {
    ...taskFileHeaders,
    "content-type": "image/jpeg",
    etag,
    "cache-control": "private, max-age=86400",
    // One browser may have several people, each with another session.
    vary: "Cookie, Authorization",
  };
  send(exchange, hasAlready(exchange.request, etag) ? 304 : 200, headers, jpeg);
}

async function answerFile(
  { database, localFiles, limits, stopping }: TaskFileSources,
  { id, number = 1 }: TaskFile,
  exchange: Exchange,
  { admission, caller }: { admission: Identity; caller: Caller },
): Promise<void> {
  const task = await findTask(database, id, admission.scope);
  const row = task === undefined ? undefined : (await filesOf(database, [task.seq]))[number - 1];
  if (row === undefined) {
    answerText(exchange, 404, notFound);
    return;
  }
  const release = limits.holdStream(caller);
  if (typeof release !== "function") {
    limits.note(release);
    refuse(exchange, limitError(release));
    return;
  }
  await using held = new AsyncDisposableStack();
  held.defer(release);
  const file = await localFiles.open(row);
  if (file === undefined) {
    answerText(exchange, 404, "the file is not here any more: it was delivered, moved or changed");
    return;
  }
  held.use(file.handle);
  const ending = AbortSignal.any([stopping, admission.ended]);
  await sendFile({ name: fileNameOf(row), file }, exchange, ending);
}

/** The statuses of Connect for the errors of the gate and of limits. */
const statusOf: Partial<Record<Code, number>> = { [Code.Unauthenticated]: 401, [Code.ResourceExhausted]: 429 };

function refuse(exchange: Exchange, { code, rawMessage, metadata }: ConnectError): void {
  const further = [...metadata].filter(([name]) => ["www-authenticate", "retry-after"].includes(name));
  answerText(exchange, statusOf[code] ?? 500, rawMessage, Object.fromEntries(further));
}

export function answerText(
  exchange: Exchange,
  status: number,
  sentence: string,
  further: OutgoingHttpHeaders = {},
): void {
  const type = { "content-type": "text/plain; charset=utf-8", "cache-control": "no-store" };
  send(exchange, status, { ...taskFileHeaders, ...type, ...further }, Buffer.from(`${sentence}\n`));
}
