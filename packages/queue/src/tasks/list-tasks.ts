import { type SqlBool, sql } from "kysely";
import { query, type Reader } from "../store/database.ts";
import type { FileRow, TaskRow } from "../store/schema.ts";
import { type TaskState, taskStates } from "../store/task-state.ts";

/** All of what is given must hold. */
export type RowFilter = {
  /** Empty: all. */
  states: readonly TaskState[];
  chatId?: string;
  parentId?: string;
  idPrefix?: string;
};

export type TaskFilter = RowFilter & {
  /** In the link or the title, case ignored. */
  text?: string;
  site?: string;
};

/** The number of newest tasks in which a text or a site, for which there is no index, is looked for. */
const searchedTasks = 20_000;

/** The number of newest ids that are looked at for a prefix: all tasks of a day may share one. */
const prefixedTasks = 1000;

export async function findTask(database: Reader, id: string): Promise<TaskRow | undefined> {
  return await database.get(
    query.selectFrom("tasks").selectAll().where("id", "=", id).where("hidden", "=", sql.lit(0)),
  );
}

/** The tasks of a chat that ask for this link and are not final, oldest first. */
export async function findOpenTasks(database: Reader, chatId: string, link: string): Promise<TaskRow[]> {
  return await database.all(openTasksQuery(chatId, link));
}

export function openTasksQuery(chatId: string, link: string) {
  return query
    .selectFrom("tasks")
    .selectAll()
    .where("chat_id", "=", chatId)
    .where("link", "=", link)
    .where(sql<boolean>`state NOT IN ('DONE','FAILED','CANCELED')`)
    .where("hidden", "=", sql.lit(0))
    .orderBy("seq");
}

/**
 * Newest first, by keyset: the cost is that of the page, however long the history.
 *
 * @param before the `seq` of the last row of the page before.
 */
export async function listTasks(
  database: Reader,
  filter: RowFilter,
  page: { limit: number; before?: number },
): Promise<TaskRow[]> {
  return await database.all(listQuery(filter, page));
}

/**
 * The page's `seq` are found in an index alone, one branch a state, each read from the index's end: an IN over states
 * would sort all of them, and rows with links of 4 kB are read only where they are told. A playlist has few entries:
 * there a `+` keeps the planner, which has no statistics, from any other index than theirs.
 */
export function listQuery(
  { states, chatId, parentId, idPrefix }: RowFilter,
  { limit, before = Number.MAX_SAFE_INTEGER }: { limit: number; before?: number },
) {
  const filterStates = [...new Set(states)];
  const branch = (state: TaskState | undefined) => {
    let statement = query.selectFrom("tasks").select("seq").where("seq", "<", before).where(isVisible);
    if (state !== undefined) statement = statement.where("state", "=", sql.lit(state));
    if (parentId !== undefined) {
      statement = statement.where("parent_id", "=", parentId);
      if (filterStates.length > 0) statement = statement.where(sql`+state`, "in", filterStates);
      if (chatId !== undefined) statement = statement.where(sql`+chat_id`, "=", chatId);
    } else if (chatId !== undefined) statement = statement.where("chat_id", "=", chatId);
    if (idPrefix !== undefined) statement = statement.where("seq", "in", prefixed(idPrefix));
    return statement.orderBy("seq", "desc").limit(limit);
  };
  // With a chat and no state, each state has its branch too: the index has the state in the middle.
  const branchStates = filterStates.length === 0 && chatId !== undefined ? taskStates : filterStates;
  const [first, ...rest] = parentId === undefined ? branchStates : [];
  const branches = rest.map((state) => query.selectFrom(branch(state).as("branch")).selectAll());
  let all = query.selectFrom(branch(first).as("branch")).selectAll();
  for (const other of branches) all = all.unionAll(other);
  const page = query.selectFrom(all.as("page")).select("seq").orderBy("seq", "desc").limit(limit);
  return query.selectFrom("tasks").selectAll().where("seq", "in", page).orderBy("seq", "desc");
}

/** Asked of an index that has none but hidden rows, so that no row is read for it. */
const isVisible = sql<SqlBool>`seq NOT IN (SELECT seq FROM tasks INDEXED BY tasks_hidden WHERE hidden = 1)`;

/** A range of the index of ids: behind every character of an id comes "~". */
function prefixed(idPrefix: string) {
  return query
    .selectFrom("tasks")
    .select("seq")
    .where("id", ">=", idPrefix)
    .where("id", "<", `${idPrefix}~`)
    .orderBy("id", "desc")
    .limit(prefixedTasks);
}

/** The oldest `seq` that a search looks at. */
export async function newestSearched(database: Reader): Promise<number> {
  const newest = await database.get(
    query.selectFrom("tasks").select(({ fn }) => fn.max<number | null>("seq").as("seq")),
  );
  return (newest?.seq ?? 0) - searchedTasks + 1;
}

/** For each state, without counting. */
export async function countTasks(database: Reader): Promise<Record<TaskState, number>> {
  const tallies = await database.all(query.selectFrom("tallies").selectAll());
  return Object.fromEntries(
    taskStates.map((state) => [state, tallies.find((tally) => tally.state === state)?.count ?? 0]),
  ) as Record<TaskState, number>;
}

/** Tells this database from every other: a revision means something in its own alone. */
export async function databaseIdentity(database: Reader): Promise<string> {
  return (await counter(database, "identity")).toString(36);
}

/** The revision of the newest change. */
export async function currentRevision(database: Reader): Promise<number> {
  return await counter(database, "revision");
}

export type Change = { revision: number } & ({ task: TaskRow } | { deletedId: string });

/**
 * What changed after a revision, in order, at most `limit`; undefined where deletions that old are forgotten already,
 * so that only a fresh look at everything helps.
 */
export async function changesSince(database: Reader, revision: number, limit: number): Promise<Change[] | undefined> {
  const current = await currentRevision(database);
  if (revision > current) return undefined;
  const changed = await database.all(changedQuery(revision, limit));
  const deleted = await database.all(
    query
      .selectFrom("tombstones")
      .select(["id", "revision"])
      .where("revision", ">", revision)
      .orderBy("revision")
      .limit(limit),
  );
  // Looked at last, since it only grows.
  if (revision < (await counter(database, "forgotten_revision"))) return undefined;
  const changes: Change[] = [
    ...changed.map((task) => ({ revision: task.revision, task })),
    ...deleted.map(({ id, revision: at }) => ({ revision: at, deletedId: id })),
  ];
  // Another process may commit between the two statements: what is newer than `current` would hide what lies between.
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

async function counter(database: Reader, name: "revision" | "forgotten_revision" | "identity"): Promise<number> {
  const row = await database.get(query.selectFrom("counters").select("value").where("name", "=", name));
  return row?.value ?? 0;
}

/** The files of some tasks, in the order in which they were found. */
export async function filesOf(database: Reader, taskSeqs: readonly number[]): Promise<FileRow[]> {
  if (taskSeqs.length === 0) return [];
  return await database.all(
    query
      .selectFrom("files")
      .selectAll()
      .where("task_seq", "in", [...taskSeqs])
      .orderBy("seq"),
  );
}
