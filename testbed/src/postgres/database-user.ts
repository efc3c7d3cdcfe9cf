import { chown } from "node:fs/promises";

/** PostgreSQL and pgbouncer refuse to run as root: then this one runs them. */
const nobody = { uid: 65_534, gid: 65_534 };
const isRoot = process.getuid?.() === 0;

/**
 * Returns the command as one that a user other than root runs, and that the kernel ends by SIGQUIT when this process dies: a
 * SIGTERM would let PostgreSQL wait for its clients. It may pass through folders of root, in which a checkout may lie.
 */
export function asDatabaseUser(command: readonly [string, ...string[]]): [string, ...string[]] {
  const user = [`--reuid=${nobody.uid}`, `--regid=${nobody.gid}`, "--clear-groups"];
  const pass = ["--inh-caps=+dac_override", "--ambient-caps=+dac_override"];
  return ["setpriv", ...(isRoot ? [...user, ...pass] : []), "--pdeathsig=QUIT", ...command];
}

/** Gives a file or folder to that user. */
export async function giveToDatabaseUser(path: string): Promise<void> {
  if (isRoot) await chown(path, nobody.uid, nobody.gid);
}

/** The user id, by which clusters are told apart: PostgreSQL refuses those of another user. */
export const databaseUserId = isRoot ? nobody.uid : (process.getuid?.() ?? 0);
