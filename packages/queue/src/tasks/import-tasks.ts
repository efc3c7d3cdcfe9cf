import { hashRequest, insertEnded, insertTask, type TaskRequest } from "./add-task.ts";
import { type Database, query, type Transaction, type Reader } from "../store/database.ts";
import { initialStates } from "../store/task-state.ts";
import { serializeTexts, type Texts } from "./texts.ts";

/** A link of another program. */
export type TaskToImport = {
  /** Identifies the link. A key is imported once, even if its task is deleted later. */
  key: string;
  request: TaskRequest;
  /** Present if the other program has finished it: it becomes history, with this remark. */
  over?: { remark?: Texts };
};

/**
 * `queued`: a new task; `joined`: an equal request waits already; `history`: a task that is DONE; `known`: it was
 * imported before, and nothing was changed.
 */
export type Import = "queued" | "joined" | "history" | "known";

/** Imports all of them, or none if it throws. Returns what became of each. */
export async function importTasks(database: Database, tasks: readonly TaskToImport[], now: number): Promise<Import[]> {
  return await database.write(async (transaction) => {
    const imports: Import[] = [];
    for (const task of tasks) imports.push(await importTask(transaction, task, now));
    return imports;
  });
}

/** Returns those of the keys that were imported before. */
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
  // A task of the history has no files, since nobody knows whether they still exist. Its times are those of the import,
  // since history is kept by the time of its end.
  await insertEnded(transaction, request, now, {
    request_hash: hashRequest(request),
    state: initialStates.imported,
    remark_texts: serializeTexts(over.remark),
    finished_at: now,
  });
  return "history";
}
