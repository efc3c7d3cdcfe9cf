import { readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { openDatabase } from "@dwld/queue";
import { createDatabase, type PostgresServer, startPostgres, type TestDatabase } from "@dwld/testbed";

/** Starts a PostgreSQL whose commits are as durable as those of an SQLite file: on the disk of the bench, with fsync. */
export function startBenchPostgres(): Promise<PostgresServer> {
  return startPostgres({ parent: tmpdir() });
}

/** Makes an empty task table in a database of its own. */
export async function createTable(server: PostgresServer): Promise<TestDatabase> {
  const database = await createDatabase({ server });
  await (await openDatabase(database.location, { readSecret })).close();
  return database;
}

/** Reads a password as the configuration of dwld does. */
export function readSecret(file: string): string {
  return readFileSync(file, "utf8").trim();
}
