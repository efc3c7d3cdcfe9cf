import { type SqlBool, sql } from "kysely";
import { type CounterRow, countersOf, readCounters } from "../store/counters.ts";
import { isInScope, type Scope } from "../access/scope.ts";
import { type Database, fixed, query, type Reader } from "../store/database.ts";
import { listParameter } from "../store/parameters.ts";
import type { FileRow, TaskRow } from "../store/schema.ts";
import { type TaskState, taskStates } from "../store/task-state.ts";

/** The conditions that a task must meet, all of them. */
export type RowFilter = {
  readonly scope: Scope;
  /** Empty: all states. */
  states: readonly TaskState[];
  chatId?: string;
  parentId?: string;
  idPrefix?: string;
};

export type TaskFilter = RowFilter & {
  /** A text in the link or the title, case ignored. */
  text?: string;
  site?: string;
};

/** The part of a filter that a caller chooses. */
export type AskedFilter = Omit<TaskFilter, "scope">;

/** The number of newest ids that are compared with a prefix: all tasks of a day may share one. */
const prefixedTasks = 1000;

/** Returns undefined for a task beyond the scope, as for one that does not exist. */
export async function findTask(database: Reader, id: string, scope: Scope): Promise<TaskRow | undefined> {
  const task = await database.get(
    query.selectFrom("tasks").selectAll().where("id", "=", id).where("hidden", "=", sql.lit(0)),
  );
  return task !== undefined && isInScope(scope, task.chat_id) ? task : undefined;
}

/** Returns a task by its number; undefined: it was deleted. */
export async function findTaskBySeq(database: Reader, seq: number): Promise<TaskRow | undefined> {
  return await database.get(fixed<TaskRow>("SELECT * FROM tasks WHERE seq = ? AND hidden = 0", seq));
}

/** Returns the tasks of a chat that ask for this link and are not final, oldest first. */
export async function findOpenTasks(database: Reader, chatId: string, link: string): Promise<TaskRow[]> {
  return (await database.all(openTasksQuery(chatId, link))).toSorted((a, b) => a.seq - b.seq);
}

export function openTasksQuery(chatId: string, link: string) {
  return query
    .selectFrom("tasks")
    .selectAll()
    .where("chat_id", "=", chatId)
    .where("link", "=", link)
    .where(sql<boolean>`state NOT IN ('DONE','FAILED','CANCELED')`)
    .where("hidden", "=", sql.lit(0));
}

/** A page by keyset: newest first, before the `seq` of the last row of the page before; or oldest first, after it. */
export type Page = { readonly limit: number; readonly before?: number; readonly after?: number };

/** Lists a page of tasks, which costs the same however long the history is. */
export async function listTasks(database: Reader, filter: RowFilter, page: Page): Promise<TaskRow[]> {
  if (chatsWithin(filter.scope, filter.chatId)?.length === 0) return [];
  return await database.all(listQuery(filter, page));
}

/**
 * Finds the `seq` of the page in an index alone: one branch for each chat and state, read from the index's end. An IN
 * over them would sort all of them, and rows with links of 4 kB are read only for the page itself. A playlist has few
 * entries: for those, an expression keeps the planner, which has no statistics, from any other index than theirs.
 */
export function listQuery(
  { scope, states, chatId, parentId, idPrefix }: RowFilter,
  { limit, before = Number.MAX_SAFE_INTEGER, after }: Page,
) {
  const order = after === undefined ? "desc" : "asc";
  const filterStates = [...new Set(states)];
  const chats = chatsWithin(scope, chatId);
  const branch = (chat: string | undefined, state: TaskState | undefined) => {
    let statement = query.selectFrom("tasks").select("seq").where(isVisible);
    statement = after === undefined ? statement.where("seq", "<", before) : statement.where("seq", ">", after);
    if (state !== undefined) statement = statement.where("state", "=", sql.lit(state));
    if (parentId !== undefined) {
      statement = statement.where("parent_id", "=", parentId);
      if (filterStates.length > 0) statement = statement.where(sql`state || ''`, "in", filterStates);
      if (chats !== undefined) statement = statement.where(sql`chat_id || ''`, "in", chats);
    } else if (chat !== undefined) statement = statement.where("chat_id", "=", chat);
    if (idPrefix !== undefined) statement = statement.where("seq", "in", prefixed(idPrefix));
    return statement.orderBy("seq", order).limit(limit);
  };
  // With a chat and no state, each state has its branch as well, since the state is in the middle of the index.
  const branchStates = filterStates.length === 0 && chats !== undefined ? taskStates : filterStates;
  const [first, ...rest] =
    parentId === undefined
      ? (chats ?? [undefined]).flatMap((chat) => branchStates.map((state) => [chat, state] as const))
      : [];
  let all = query.selectFrom(branch(first?.[0], first?.[1]).as("branch")).selectAll();
  for (const other of rest) all = all.unionAll(query.selectFrom(branch(...other).as("branch")).selectAll());
  const page = query.selectFrom(all.as("page")).select("seq").orderBy("seq", order).limit(limit);
  return query.selectFrom("tasks").selectAll().where("seq", "in", page).orderBy("seq", order);
}

/** Returns the chats whose tasks a filter has; undefined: every chat. */
export function chatsWithin(scope: Scope, chatId: string | undefined): readonly string[] | undefined {
  if (chatId === undefined) return scope === "all" ? undefined : scope;
  return isInScope(scope, chatId) ? [chatId] : [];
}

/** The index has only hidden rows, so no row is read for it. */
const isVisible = sql<SqlBool>`seq NOT IN (SELECT seq FROM tasks INDEXED BY tasks_hidden WHERE hidden = 1)`;

/** A range of the index of ids: "~" comes after every character of an id. */
function prefixed(idPrefix: string) {
  return query
    .selectFrom("tasks")
    .select("seq")
    .where("id", ">=", idPrefix)
    .where("id", "<", `${idPrefix}~`)
    .orderBy("id", "desc")
    .limit(prefixedTasks);
}

/** Returns the number of tasks in each state. Those of all chats are in counters, those of some chats in an index. */
export async function countTasks(database: Reader, scope: Scope): Promise<Record<TaskState, number>> {
  const counts = await database.all(
    scope === "all" ? fixed<CounterRow>(readCounters) : fixed<CounterRow>(countsOfChats, listParameter(scope)),
  );
  return countersOf(taskStates, counts);
}

const countsOfChats = `
  SELECT state AS name, count(*) AS value FROM tasks
  WHERE chat_id IN (SELECT value FROM json_each(?)) AND seq NOT IN (SELECT seq FROM tasks INDEXED BY tasks_hidden WHERE hidden = 1)
  GROUP BY state`;

/** Returns the identity of this database, which it keeps when another server takes over. */
export async function databaseIdentity(database: Reader): Promise<string> {
  return (await counter(database, "identity")).toString(36);
}

/** Returns the identity of the course of changes in which a revision means something: see `Engine.history`. */
export async function historyIdentity(database: Database): Promise<string> {
  return `${await databaseIdentity(database)} ${await database.history()}`;
}

/** Returns the key of this table, 32 bytes, by which page tokens and revisions are sealed. */
export async function sealKey(database: Reader): Promise<Buffer> {
  const row = await database.get(query.selectFrom("secrets").select("value").where("name", "=", "seal"));
  if (row === undefined) throw new Error("The task table has no key for page tokens: restore it from a backup.");
  return row.value;
}

/** Returns the revision of the newest change. */
export async function currentRevision(database: Reader): Promise<number> {
  return await counter(database, "revision");
}

/** Returns the `seq` of the newest task that ever was: that of each further one is greater. */
export async function newestSeq(database: Reader): Promise<number> {
  return await counter(database, "seq");
}

export type Change = { revision: number } & ({ task: TaskRow } | { deletedId: string; chatId: string });

/**
 * Returns what changed after a revision, in order, at most `limit` changes. Undefined: deletions that old were purged,
 * and the caller has to read everything anew.
 */
export async function changesSince(database: Reader, revision: number, limit: number): Promise<Change[] | undefined> {
  const current = await currentRevision(database);
  if (revision > current) return undefined;
  const changed = await database.all(changedQuery(revision, limit));
  const deleted = await database.all(
    query
      .selectFrom("tombstones")
      .select(["id", "revision", "chat_id"])
      .where("revision", ">", revision)
      .orderBy("revision")
      .limit(limit),
  );
  // Read last, since it only grows.
  if (revision < (await counter(database, "forgotten_revision"))) return undefined;
  const changes: Change[] = [
    ...changed.map((task) => ({ revision: task.revision, task })),
    ...deleted.map(({ id, revision: at, chat_id }) => ({ revision: at, deletedId: id, chatId: chat_id })),
  ];
  // Another process may commit between the two statements: a change newer than `current` would hide those between.
  return changes
    .filter((change) => change.revision <= current)
    .toSorted((a, b) => a.revision - b.revision)
    .slice(0, limit);
}

export function changedQuery(revision: number, limit: number) {
  return query
    .selectFrom("tasks")
    .selectAll()
    .where("revision", ">", revision)
    .where("hidden", "=", sql.lit(0))
    .orderBy("revision")
    .limit(limit);
}

async function counter(
  database: Reader,
  name: "revision" | "forgotten_revision" | "identity" | "seq",
): Promise<number> {
  const row = await database.get(query.selectFrom("counters").select("value").where("name", "=", name));
  return row?.value ?? 0;
}

/** Returns the files of some tasks, in the order in which they were stored. */
export async function filesOf(database: Reader, taskSeqs: readonly number[]): Promise<FileRow[]> {
  const [seq, ...others] = taskSeqs;
  if (seq === undefined) return [];
  if (others.length === 0)
    return await database.all(fixed<FileRow>("SELECT * FROM files WHERE task_seq = ? ORDER BY seq", seq));
  return await database.all(
    query
      .selectFrom("files")
      .selectAll()
      .where("task_seq", "in", [...taskSeqs])
      .orderBy("seq"),
  );
}
