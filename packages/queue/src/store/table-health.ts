import { type Database, type DatabaseOptions, query } from "./database.ts";
import type { DatabaseError } from "./database-error.ts";

/** What is needed of the process that opens the table. */
type Opener = {
  logger: Record<"info" | "error", (details: object, message: string) => void>;
  shutdown: { readonly stopping: AbortSignal; fail(error: unknown): void };
};

/**
 * For a process that works: what it has to say cannot be asked for again, so it waits until it can be written. Where it
 * never can, the process ends: its work belongs to whoever has the table now.
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
 * For a process that answers: whoever asks for a change is told at once. What is there is answered for as long as it
 * can be read, also of a table that was moved away or is damaged: nothing else may have it any more. After an upgrade
 * the process ends, for the new version to be started.
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

/** Whether the task table can be read, and could be written last time: for readiness. */
export async function checkTable(database: Database): Promise<{ ok: true } | { ok: false; reason: string }> {
  await database.get(query.selectFrom("tallies").selectAll());
  const { trouble } = database;
  return trouble === undefined ? { ok: true } : { ok: false, reason: trouble.message };
}
