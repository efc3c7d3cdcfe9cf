import { existsSync } from "node:fs";
import { mkdir } from "node:fs/promises";
import { join, resolve } from "node:path";
import { execa } from "execa";

/** A checkout of dwld, in which `bin/dwld` runs. */
export type Checkout = { root: string; commit: string };

/** This checkout. */
export const ownRoot = resolve(import.meta.dirname, "../..");

export function ownCheckout(): Promise<Checkout> {
  return checkoutIn(ownRoot);
}

/**
 * Returns a checkout of another version: a folder as it is, or a commit of this repository, which is unpacked below `folder`
 * and gets what this checkout has in .tools.
 */
export async function openCheckout(commitOrFolder: string, folder: string): Promise<Checkout> {
  if (existsSync(join(commitOrFolder, "bin/dwld"))) return await checkoutIn(resolve(commitOrFolder));
  const { stdout: commit } = await git(ownRoot, ["rev-parse", "--short", "--verify", `${commitOrFolder}^{commit}`]);
  const root = join(folder, commit);
  await mkdir(root);
  await execa({ cwd: ownRoot })`git archive ${commit}`.pipe`tar -x -C ${root}`;
  await execa("cp", ["-a", "--reflink=auto", join(ownRoot, ".tools"), root]);
  await execa(join(root, "tools/setup"), ["run"], { cwd: root });
  return { root, commit };
}

/** The commit has "-dirty" at its end if files differ from it. */
async function checkoutIn(root: string): Promise<Checkout> {
  const { stdout: commit } = await git(root, ["describe", "--always", "--exclude=*", "--dirty"]);
  return { root, commit };
}

function git(cwd: string, words: readonly string[]) {
  return execa("git", words, { cwd });
}
