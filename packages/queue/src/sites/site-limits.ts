import { type Database, query } from "../store/database.ts";

export type SiteLimits = {
  /** At most so many downloads at once; absent: the default. */
  readonly parallel?: number | undefined;
  /** At least so long between two starts. */
  readonly startIntervalMs?: number | undefined;
};

/** Makes the configuration's limits the table's. Sites that it does not name have none of their own. */
export async function setSiteLimits(database: Database, sites: Readonly<Record<string, SiteLimits>>): Promise<void> {
  await database.write(async (transaction) => {
    await transaction.run(query.updateTable("sites").set({ parallel: null, start_interval_ms: 0 }));
    for (const [name, { parallel, startIntervalMs }] of Object.entries(sites)) {
      const limits = { parallel: parallel ?? null, start_interval_ms: startIntervalMs ?? 0 };
      await transaction.run(
        query
          .insertInto("sites")
          .values({ name, ...limits })
          .onConflict((conflict) => conflict.column("name").doUpdateSet(limits)),
      );
    }
  });
}
