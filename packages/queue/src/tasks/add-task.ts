import { type Allowance, isLimited, refuseTaskBeyond } from "./allowance.ts";
import { hash as digest, randomUUIDv7 } from "node:crypto";
import { type Database, fixed, type Reader, type Transaction } from "../store/database.ts";
import { DatabaseError } from "../store/database-error.ts";
import { addAddress, type Address } from "../outbox/outbox.ts";
import { downloadRankText } from "./rank.ts";
import type { TaskRow } from "../store/schema.ts";
import { serializeOptions, type TaskOptions } from "@dwld/options";

/** A request, checked and normalised. */
export type TaskRequest = {
  /** In the spelling of `normaliseLink`. */
  link: string;
  site: string;
  chatId: string;
  userName: string;
  folder: string;
  targetQuality: number;
  options: TaskOptions;
  requestId?: string;
  /** Milliseconds since the epoch. */
  startAfter?: number;
  parentId?: string;
  title?: string;
  /** Where its end is told. No part of what makes two requests equal: the task of both tells each. */
  addresses?: readonly Address[];
};

export type AddedTask = {
  task: TaskRow;
  /**
   * `new`; `joined`: an equal request is not final; `repeated`: the request id was used before. `contradicts`: the
   * request id was used before for another request, whose task this is; nothing was stored.
   */
  how: "new" | "joined" | "repeated" | "contradicts";
};

/**
 * Stores a request, or finds the task of the one that it repeats. Resolves when it is on disk.
 *
 * @throws LimitReachedError if the allowance has no room for a new task; TooManyAddressesError; nothing was stored then.
 */
export async function addTask(
  database: Database,
  request: TaskRequest,
  now: number,
  allowance: Allowance = {},
): Promise<AddedTask> {
  const insert = async (transaction: Transaction) => await insertTask(transaction, request, now, allowance);
  return await (isLimited(allowance) ? database.write(insert) : database.writePipelined(insert));
}

/**
 * Does what `addTask` does for each of the requests, in their order and in one transaction, since all are asked for in
 * the same turn. Each has its own result: one that is refused undoes no other. Other writers wait for the whole, some
 * 0.1 ms a request.
 *
 * @throws DatabaseError if the transaction failed as a whole; nothing was stored then.
 */
export async function addTasks(
  database: Database,
  requests: readonly TaskRequest[],
  now: number,
  allowance: Allowance = {},
): Promise<PromiseSettledResult<AddedTask>[]> {
  const results = await Promise.allSettled(
    requests.map(async (request) => await addTask(database, request, now, allowance)),
  );
  for (const result of results)
    if (result.status === "rejected" && result.reason instanceof DatabaseError) throw result.reason;
  return results;
}

/** Does what `addTask` does, within a transaction. */
export async function insertTask(
  transaction: Transaction,
  request: TaskRequest,
  now: number,
  allowance: Allowance = {},
): Promise<AddedTask> {
  const added = await insertOrJoin(transaction, request, now, allowance);
  if (added.how !== "contradicts")
    for (const address of request.addresses ?? []) await addAddress(transaction, added.task.seq, address);
  return added;
}

async function insertOrJoin(
  transaction: Transaction,
  request: TaskRequest,
  now: number,
  allowance: Allowance,
): Promise<AddedTask> {
  const hash = hashRequest(request);
  if (isLimited(allowance)) {
    const known = await findKnown(transaction, request, hash);
    if (known !== undefined) return await joined(transaction, request, known);
    await refuseTaskBeyond(transaction, allowance, request.chatId, now);
  }
  const notBefore = request.startAfter !== undefined && request.startAfter > now ? request.startAfter : null;
  const given = { request_hash: hash, request_id: request.requestId ?? null, not_before: notBefore };
  const task = await insertIfNew(transaction, request, now, given);
  if (task !== undefined) {
    await remember(transaction, request, task.seq);
    return { task, how: "new" };
  }
  const known = await findKnown(transaction, request, hash);
  if (known === undefined) throw new Error(`a request of ${request.link} is known, and its task is not there`);
  return await joined(transaction, request, known);
}

async function joined(transaction: Transaction, request: TaskRequest, known: AddedTask): Promise<AddedTask> {
  if (known.how === "joined") await remember(transaction, request, known.task.seq);
  return known;
}

/** Returns the task that a request would be answered with, or undefined if it would be a new one. */
export async function findKnown(
  database: Reader,
  request: TaskRequest,
  hash = hashRequest(request),
): Promise<AddedTask | undefined> {
  const repeated = request.requestId === undefined ? undefined : await findRepeated(database, request);
  if (repeated !== undefined)
    return { task: repeated, how: repeated.request_hash === hash ? "repeated" : "contradicts" };
  const equal = await findEqual(database, request, hash);
  return equal === undefined ? undefined : { task: equal, how: "joined" };
}

type Given = Pick<TaskRow, "request_hash"> &
  Partial<Pick<TaskRow, "request_id" | "not_before" | "state" | "remark_texts" | "finished_at">>;

/** Inserts a row for a request that has ended already. */
export async function insertEnded(
  transaction: Transaction,
  request: TaskRequest,
  now: number,
  given: Given,
): Promise<void> {
  const row = rowOf(request, now, given);
  await transaction.run(fixed(insertionOf(Object.keys(row), "0"), ...Object.values(row)));
}

/**
 * Inserts a row for a request at the end of its chat's line, in one statement. Returns undefined if the request is known:
 * no two requests that are asked for at once are both new.
 */
async function insertIfNew(
  transaction: Transaction,
  request: TaskRequest,
  now: number,
  given: Given,
): Promise<TaskRow | undefined> {
  const { chatId, link, requestId = null } = request;
  const row = rowOf(request, now, given);
  const text = `${insertionOf(Object.keys(row), downloadRankText)}
    WHERE NOT EXISTS (SELECT 1 FROM requests WHERE chat_id = ? AND request_id = ?) AND NOT EXISTS (${equalTask})
    RETURNING *`;
  const conditions = [chatId, requestId, chatId, link, given.request_hash];
  const task = await transaction.get(fixed<TaskRow>(text, chatId, ...Object.values(row), ...conditions));
  if (task !== undefined) transaction.tell("downloads");
  return task;
}

function rowOf(request: TaskRequest, now: number, given: Given) {
  return {
    id: randomUUIDv7(),
    parent_id: request.parentId ?? null,
    chat_id: request.chatId,
    link: request.link,
    site: request.site,
    user_name: request.userName,
    folder: request.folder,
    target_quality: request.targetQuality,
    options: serializeOptions(request.options),
    title: request.title ?? "",
    created_at: now,
    updated_at: now,
    due_at: given.not_before ?? now,
    ...given,
  };
}

/** The text that inserts these columns. The table's trigger takes the numbers of the counters. */
function insertionOf(columns: readonly string[], rank: string): string {
  const next = (counter: string) => `(SELECT value + 1 FROM counters WHERE name = '${counter}')`;
  return `
    INSERT INTO tasks (seq, revision, rank, ${columns.join(", ")})
    SELECT ${next("seq")}, ${next("revision")}, ${rank}${", ?".repeat(columns.length)}`;
}

async function findRepeated(database: Reader, request: TaskRequest): Promise<TaskRow | undefined> {
  const { chatId, requestId = null } = request;
  return await database.get(fixed<TaskRow>(repeatedTask, chatId, requestId));
}

/** Not a join, which takes fifty times as long if the id is new. */
const repeatedTask =
  "SELECT * FROM tasks WHERE seq = (SELECT task_seq FROM requests WHERE chat_id = ? AND request_id = ?)";

/** Stores the request id, so that it is answered with the same task as long as the task is known. */
async function remember(transaction: Transaction, request: TaskRequest, taskSeq: number): Promise<void> {
  const { chatId, requestId } = request;
  if (requestId === undefined) return;
  await transaction.run(fixed(newRequestId, chatId, requestId, taskSeq));
}

const newRequestId = "INSERT INTO requests (chat_id, request_id, task_seq) VALUES (?, ?, ?)";

/** Returns the task that is not final and equals the request. */
export async function findEqual(
  database: Reader,
  { chatId, link }: Pick<TaskRequest, "chatId" | "link">,
  requestHash: string,
): Promise<TaskRow | undefined> {
  return await database.get(fixed<TaskRow>(equalTask, chatId, link, requestHash));
}

/** Looks by chat and link as well, so that one index serves this and `findOpenTasks`. */
const equalTask = `
  SELECT * FROM tasks
  WHERE chat_id = ? AND link = ? AND request_hash = ? AND state NOT IN ('DONE','FAILED','CANCELED')`;

/** Hashes what makes two requests equal: link, chat, user, folder, quality and options. */
export function hashRequest(request: TaskRequest): string {
  const { link, chatId, userName, folder, targetQuality, options } = request;
  const equal = JSON.stringify([link, chatId, userName, folder, targetQuality, serializeOptions(options)]);
  return digest("sha256", equal, "base64url");
}
