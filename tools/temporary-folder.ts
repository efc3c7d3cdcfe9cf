import { spawnSync } from "node:child_process";
import { chmodSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { makePassingFolder } from "../testbed/src/passing-folder.ts";

const prefix = "dwld-tests-";
/** Sixteen times what a run of all was seen to use. */
const leastBytes = 4 * 1024 ** 3;

/**
 * Makes the folder for temporary files of a run, and removes it when this process ends. It is in memory, where a new Debian has that of
 * the machine, too: flushes to a disk take a twelfth of the CPU of a run.
 *
 * @param parent where it shall be instead.
 */
export async function makeTemporaryFolder(parent?: string): Promise<string> {
  let folder = await makePassingFolder(prefix, parent === undefined ? { leastBytes } : { parent });
  // Docker permits no programs in /dev/shm.
  if (parent === undefined && !runsPrograms(folder.path)) {
    await folder.remove();
    folder = await makePassingFolder(prefix, { parent: tmpdir() });
  }
  // Some tests run programs as another user.
  chmodSync(folder.path, 0o1777);
  return folder.path;
}

function runsPrograms(folder: string): boolean {
  const program = join(folder, "program");
  writeFileSync(program, "#!/bin/sh\n", { mode: 0o755 });
  return spawnSync(program).status === 0;
}
