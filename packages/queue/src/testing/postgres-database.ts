import { accounts, createDatabase, type DatabaseTemplate, type TestDatabase } from "@dwld/testbed";
import { openDatabase } from "../store/open-database.ts";
import { migrations } from "../store/postgres/migrate.ts";

const template: DatabaseTemplate = {
  key: Object.keys(migrations).join(" "),
  fill: async (url) => {
    const location = { url: url.replace(/:[^:@/]*@/, "@"), passwordFile: "of the owner" };
    const database = await openDatabase(location, { readSecret: () => accounts.owner.password });
    await database.close();
  },
};

/** Creates a database. @param content default: the schema of today. */
export async function createPostgresDatabase(content: "empty" | "schema" = "schema"): Promise<TestDatabase> {
  return await createDatabase(content === "empty" ? {} : { template });
}
