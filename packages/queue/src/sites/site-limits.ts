import { type Database, query } from "../store/database.ts";

export type SiteLimits = {
  /** The number of downloads at once. Default: the limit of sites that have none of their own. */
  readonly parallel?: number | undefined;
  /** The least time between two starts, in milliseconds. */
  readonly startIntervalMs?: number | undefined;
};

/** Stores the limits of the configuration. Sites that it does not name have none of their own. */
export async function setSiteLimits(database: Database, sites: Readonly<Record<string, SiteLimits>>): Promise<void> {
  await database.write(async (transaction) => {
    transaction.tell("downloads");
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
