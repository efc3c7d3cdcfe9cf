import { statSync } from "node:fs";
import { delimiter, join } from "node:path";
import type { Programs, RunProgram } from "../backup.ts";
import { BackupError } from "../backup-error.ts";

/** Finds none. */
export const noPrograms: Programs = {
  path: "",
  run: async () => await Promise.resolve({ found: false, exitCode: undefined, stdout: "", stderr: "" }),
};

/**
 * Returns the folder of the pg_dump and pg_restore to use with a server: of the same version, else of the next newer one,
 * since an older pg_dump refuses.
 *
 * @param major the server's version, as 17.
 * @param instead what to run by hand if there is none.
 */
export async function findClientPrograms({ run, path }: Programs, major: number, instead: string): Promise<string> {
  const folders = [...new Set(path.split(delimiter))].filter(hasPrograms);
  const known = await Promise.all(folders.map(async (folder) => ({ folder, version: await versionOf(folder, run) })));
  const fitting = known
    .flatMap(({ folder, version }) => (version === undefined || version < major ? [] : [{ folder, version }]))
    .toSorted((one, other) => one.version - other.version);
  if (fitting[0] !== undefined) return fitting[0].folder;
  const others = known.flatMap(({ folder, version }) => (version === undefined ? [] : [`${version} in ${folder}`]));
  const found = others.length === 0 ? "there is none" : `there is only ${others.join(", ")}`;
  throw new BackupError(
    `this needs pg_dump and pg_restore of PostgreSQL ${major} or later, and ${found}. Install postgresql-client-${major}; or, where it is: ${instead}`,
  );
}

function hasPrograms(folder: string): boolean {
  return ["pg_dump", "pg_restore"].every(
    (name) => folder !== "" && statSync(join(folder, name), { throwIfNoEntry: false })?.isFile() === true,
  );
}

async function versionOf(folder: string, run: RunProgram): Promise<number | undefined> {
  const { stdout } = await run(join(folder, "pg_dump"), ["--version"], {});
  const [, major] = /\(PostgreSQL\) (\d+)/.exec(stdout) ?? [];
  return major === undefined ? undefined : Number(major);
}
