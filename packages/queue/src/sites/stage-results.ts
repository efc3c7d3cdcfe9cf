import { sql } from "kysely";
import { query, type Transaction, type Reader } from "../store/database.ts";
import type { StageResultRow } from "../store/schema.ts";

/** Counts the success or failure of a stage on a site: the stage that succeeded last is tried first the next time. */
export async function noteStageResult(
  transaction: Transaction,
  { site, stage }: Pick<StageResultRow, "site" | "stage">,
  succeeded: boolean,
  now: number,
): Promise<void> {
  const counted = succeeded ? { successes: 1, succeeded_at: now } : { failures: 1, failed_at: now };
  await transaction.run(
    query
      .insertInto("stage_results")
      .values({ site, stage, ...counted })
      .onConflict((conflict) =>
        conflict
          .columns(["site", "stage"])
          .doUpdateSet(
            succeeded
              ? { successes: sql<number>`stage_results.successes + 1`, succeeded_at: now }
              : { failures: sql<number>`stage_results.failures + 1`, failed_at: now },
          ),
      ),
  );
}

/** Returns the results of one site, or of all. */
export async function stageResults(database: Reader, site?: string): Promise<StageResultRow[]> {
  return await database.all(
    query
      .selectFrom("stage_results")
      .selectAll()
      .$if(site !== undefined, (statement) => statement.where("site", "=", site ?? ""))
      .orderBy("site")
      .orderBy("stage"),
  );
}
