import { type Database, type DatabaseOptions, query } from "./database.ts";
import { DatabaseError } from "./database-error.ts";

/** The parts of the process that opens the table. */
type Opener = {
  logger: Record<"info" | "error", (details: object, message: string) => void>;
  shutdown: { readonly stopping: AbortSignal; fail(error: unknown): void };
};

/**
 * Options for a process that works: its writes cannot be asked for again, so they wait until they succeed. If they
 * never can, the process ends: its work belongs to the process that has the table now.
 */
export function whileWorking({ logger, shutdown }: Opener): DatabaseOptions {
  return {
    patientUntil: shutdown.stopping,
    onTrouble: (trouble) => {
      if (trouble?.isFinal === true) shutdown.fail(trouble);
      else tell(logger, trouble);
    },
  };
}

/**
 * Options for a process that answers: a caller whose change fails is told at once. Reads are answered as long as the
 * table can be read, even one that was moved away or is damaged. After an upgrade the process ends, so that the new
 * version is started.
 */
export function whileAnswering({ logger, shutdown }: Opener): DatabaseOptions {
  return {
    onTrouble: (trouble) => {
      if (trouble?.problem === "newer_schema") shutdown.fail(trouble);
      else tell(logger, trouble);
    },
  };
}

function tell(logger: Opener["logger"], trouble: DatabaseError | undefined): void {
  if (trouble === undefined) logger.info({}, "the task table is written again");
  else logger.error({ problem: trouble.problem }, trouble.message);
}

/** Whether a start waits for the table: its server is away, and a process that ended would only be started again. */
export function isTableAway(error: unknown): boolean {
  return error instanceof DatabaseError && error.problem === "away";
}

/** Returns whether the task table can be read, and could be written last time: for readiness. */
export async function checkTable(database: Database): Promise<{ ok: true } | { ok: false; reason: string }> {
  // A patient process would wait for an answer.
  const away = database.trouble;
  if (away?.problem === "away") return { ok: false, reason: away.message };
  await database.get(query.selectFrom("counters").selectAll());
  const { trouble } = database;
  return trouble === undefined ? { ok: true } : { ok: false, reason: trouble.message };
}
