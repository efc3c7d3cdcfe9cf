import { sql } from "kysely";
import { type Database, query } from "./database.ts";

/** Makes the configuration's limits the table's: at most so many downloads of a site at once. */
export async function setSiteLimits(
  database: Database,
  sites: Readonly<Record<string, { readonly parallel?: number | undefined }>>,
): Promise<void> {
  await database.write((transaction) => {
    transaction.run(query.updateTable("sites").set({ parallel: null }).where("parallel", "is not", null));
    for (const [name, { parallel }] of Object.entries(sites))
      if (parallel !== undefined)
        transaction.run(
          query
            .insertInto("sites")
            .values({ name, parallel })
            .onConflict((conflict) => conflict.column("name").doUpdateSet({ parallel: sql`excluded.parallel` })),
        );
  });
}
