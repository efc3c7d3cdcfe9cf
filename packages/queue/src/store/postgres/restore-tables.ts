import { join } from "node:path";
import type { Client } from "pg";
import type { Restored, RestoreOptions } from "../backup.ts";
import { BackupError } from "../backup-error.ts";
import { drawIdentity } from "../counters.ts";
import { findClientPrograms, noPrograms } from "./client-programs.ts";
import { countTasksIn } from "./count-tasks.ts";
import { lastLine, listsTasks } from "./dump-tables.ts";
import { migrations, tableNames } from "./migrate.ts";
import { serverMajor } from "./server-version.ts";

export type RestoreTarget = {
  readonly name: string;
  readonly database: string;
  /** Tells the programs where the server is, and the role that is to own the tables. */
  readonly environment: Readonly<Record<string, string>>;
};

/**
 * Restores a backup into an empty database, in one transaction of pg_restore. A database that has tables is refused, since
 * there is no place to keep them aside: a further database is one.
 *
 * dwld does it itself, for the tables need an identity of their own then: see `restoreDatabase`.
 *
 * @param client of the role that is to own the tables.
 */
export async function restoreTables(
  client: Client,
  { name, database, environment }: RestoreTarget,
  backup: string,
  { programs = noPrograms, signal }: RestoreOptions,
): Promise<Restored> {
  const [table] = await tableNames(client);
  if (table !== undefined)
    throw new BackupError(
      `${name} has tables (${table}), and nothing is overwritten. Create another database, name it in database.url, and repeat: the old one is kept.`,
    );
  const instead = `pg_restore --single-transaction --no-owner --no-privileges --dbname=${database} ${backup}`;
  const folder = await findClientPrograms(programs, await serverMajor(client), instead);
  const run = async (...args: string[]) => {
    const ended = await programs.run(join(folder, "pg_restore"), args, environment);
    // A pg_restore that was stopped has undone its transaction.
    if (ended.exitCode !== 0) signal?.throwIfAborted();
    return ended;
  };
  const listed = await run("--list", backup);
  if (!listsTasks(listed))
    throw new BackupError(
      `${backup} is no backup of a task table on PostgreSQL: ${lastLine(listed.stderr)}. \`dwld database copy\` takes one of SQLite.`,
    );
  const applied = await run("--data-only", "--table=kysely_migration", "--file=-", backup);
  const newer = migrationsIn(applied.stdout).find((each) => !Object.hasOwn(migrations, each));
  if (newer !== undefined)
    throw new BackupError(
      `${backup} was made by a newer dwld (its schema has "${newer}"): restore it with that version.`,
    );
  const how = ["--single-transaction", "--exit-on-error", "--no-owner", "--no-privileges", "--no-password"];
  const restored = await run(...how, `--dbname=${database}`, backup);
  if (restored.exitCode !== 0)
    throw new BackupError(`pg_restore failed, and nothing was changed: ${lastLine(restored.stderr)}`);
  await client.query("UPDATE counters SET value = $1 WHERE name = 'identity'", [drawIdentity()]);
  await client.query("ANALYZE");
  return { name, keptAside: undefined, tasks: await countTasksIn(client) };
}

/** Returns the names in what pg_restore prints of the table of migrations: the first column of its COPY. */
function migrationsIn(text: string): string[] {
  const data = /^COPY [^\n]*kysely_migration [^\n]*\n([^]*?)^\\\.$/m.exec(text)?.[1] ?? "";
  return data.split("\n").flatMap((line) => (line === "" ? [] : [line.split("\t")[0] ?? ""]));
}
