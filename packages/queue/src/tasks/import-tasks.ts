import { hashRequest, insertRow, insertTask, type TaskRequest } from "./add-task.ts";
import { type Database, query, type Transaction, type Reader } from "../store/database.ts";
import { initialStates } from "../store/task-state.ts";
import { serializeTexts, type Texts } from "./texts.ts";

/** What another program knew of a link. */
export type TaskToImport = {
  /** Tells it from all others. What came under a key once does not come again, also when its task is forgotten. */
  key: string;
  request: TaskRequest;
  /** Where it is over: what is remarked about it. It becomes history. */
  over?: { remark?: Texts };
};

/**
 * `queued`: a new task; `joined`: an equal request waits here already; `history`: a task that is DONE; `known`: it was
 * taken before, and nothing was changed.
 */
export type Import = "queued" | "joined" | "history" | "known";

/** All of them or, where it throws, none. What became of each. */
export async function importTasks(database: Database, tasks: readonly TaskToImport[], now: number): Promise<Import[]> {
  return await database.write(async (transaction) => {
    const imports: Import[] = [];
    for (const task of tasks) imports.push(await importTask(transaction, task, now));
    return imports;
  });
}

/** Of these keys, those that were taken before. */
export async function knownKeys(database: Reader, keys: readonly string[]): Promise<Set<string>> {
  const known = await database.all(
    query
      .selectFrom("imported_links")
      .select("key")
      .where("key", "in", [...keys]),
  );
  return new Set(known.map(({ key }) => key));
}

async function importTask(
  transaction: Transaction,
  { key, request, over }: TaskToImport,
  now: number,
): Promise<Import> {
  const taken = await transaction.run(
    query
      .insertInto("imported_links")
      .values({ key, imported_at: now })
      .onConflict((conflict) => conflict.doNothing()),
  );
  if (taken === 0) return "known";
  if (over === undefined) return (await insertTask(transaction, request, now)).how === "new" ? "queued" : "joined";
  // No files: where they are, and whether they still are, is not known. Its times are those of the import, since
  // history is kept by the time of its end.
  await insertRow(transaction, request, now, {
    request_hash: hashRequest(request),
    rank: 0,
    state: initialStates.imported,
    remark_texts: serializeTexts(over.remark),
    finished_at: now,
  });
  return "history";
}
