import { readdir, readFile, realpath, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { must } from "./machine.ts";

export type Difference = {
  /** Lines of a shell script that is run in the place of the command, before the command itself. */
  readonly before?: string;
  /** The body of a migration of this version, with `database` of Kysely. */
  readonly migration?: string;
};

/** Whether a process is rehearsed: then it is to work, so that what comes after is reached. */
export const inRehearsal = '[ "$STATE_DIRECTORY" = /var/lib/dwld-rehearsal ]';

let count = 0;

/** Makes another version out of the current one, and returns its folder. */
export async function otherProgram({ before = "", migration }: Difference = {}): Promise<string> {
  const current = await realpath("/opt/dwld");
  const folder = `/opt/dwld-programs/9.0.${++count}-test`;
  await must("cp", "-al", current, folder);
  const command = join(folder, "bin/dwld");
  const text = await readFile(join(current, "bin/dwld"), "utf8");
  await rm(command);
  const own = text.replaceAll(/^# other:.*\n[^]*?^# end\n/gm, "");
  await writeFile(
    command,
    own.replace("set -eu\n", () => `set -eu\n# other:\n${before}\n# end\n`),
    { mode: 0o755 },
  );
  if (migration !== undefined) await addMigration(folder, migration);
  return folder;
}

/** Adds a migration to the bundled code. */
async function addMigration(folder: string, body: string): Promise<void> {
  const lib = join(folder, "lib");
  let changed = 0;
  for (const name of (await readdir(lib)).filter((file) => file.endsWith(".js"))) {
    const code = await readFile(join(lib, name), "utf8");
    const list = '"0001-tasks":';
    if (!code.includes(list)) continue;
    await rm(join(lib, name));
    await writeFile(
      join(lib, name),
      code.replace(list, () => `"0${900 + count}-later":{up:async(database)=>{${body}}},${list}`),
    );
    changed += 1;
  }
  if (changed !== 1) throw new Error(`the list of migrations is in ${changed} files of the bundle`);
}
