import { join } from "node:path";
import type { Client } from "pg";
import type { Backup, BackUpOptions, RunProgram } from "../backup.ts";
import { BackupError } from "../backup-error.ts";
import { writeNewFile } from "../new-file.ts";
import { countTasksIn } from "./count-tasks.ts";
import { findClientPrograms, noPrograms } from "./client-programs.ts";
import { serverMajor } from "./server-version.ts";

/**
 * Writes the task table into a file by pg_dump, in its custom format, as it is at one moment. Nobody waits for it.
 *
 * The file gets its name only when pg_restore has read its list of contents. Only its owner may read it.
 *
 * @param client past a pooler; the snapshot that it exports is the one that is dumped, and whose tasks are counted.
 * @param environment tells the programs where the server is.
 */
export async function dumpTables(
  client: Client,
  environment: Readonly<Record<string, string>>,
  target: string,
  { programs = noPrograms, signal }: BackUpOptions,
): Promise<Backup> {
  await client.query("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY");
  const { rows } = await client.query<{ snapshot: string }>("SELECT pg_export_snapshot() AS snapshot");
  const tasks = await countTasksIn(client);
  const instead = `pg_dump --format=custom --file=${target}`;
  const folder = await findClientPrograms(programs, await serverMajor(client), instead);
  return await writeNewFile(target, async (partial) => {
    const how = ["--format=custom", "--no-password", `--snapshot=${rows[0]?.snapshot ?? ""}`, `--file=${partial}`];
    const dumped = await programs.run(join(folder, "pg_dump"), how, environment);
    signal?.throwIfAborted();
    if (dumped.exitCode !== 0)
      throw new BackupError(`pg_dump failed, and nothing was written: ${lastLine(dumped.stderr)}`);
    const listed = await programs.run(join(folder, "pg_restore"), ["--list", partial], {});
    if (!listsTasks(listed))
      throw new BackupError(
        `pg_restore cannot read what pg_dump wrote, and it was removed: ${lastLine(listed.stderr)}`,
      );
    return tasks;
  });
}

/** Whether `pg_restore --list` has found the rows of a task table. */
export function listsTasks({ exitCode, stdout }: Awaited<ReturnType<RunProgram>>): boolean {
  return exitCode === 0 && / TABLE DATA \S+ tasks /.test(stdout);
}

/** Returns the end of what a program said, on one line. */
export function lastLine(text: string): string {
  return text.trim().split("\n").slice(-3).join(" ") || "it said nothing";
}
