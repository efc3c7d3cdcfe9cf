import { mkdirSync, openSync } from "node:fs";
import { dirname } from "node:path";
import { execa } from "execa";
import type { MachinePlaces } from "./machine-places.ts";
import { UpgradeError } from "./upgrade-error.ts";

/** Exit status of flock(1) if another process has the lock. */
const heldStatus = 75;

/**
 * Keeps other upgrades away until this process ends.
 *
 * @throws UpgradeError if another one is in work.
 */
export async function lockUpgrades({ lock }: Pick<MachinePlaces, "lock">): Promise<void> {
  mkdirSync(dirname(lock), { recursive: true });
  // The lock belongs to the opened file, which flock(1) has as its stdin: it outlives that, and ends with this process.
  const file = openSync(lock, "a");
  const { exitCode, shortMessage } = await execa("flock", ["--nonblock", `--conflict-exit-code=${heldStatus}`, "0"], {
    reject: false,
    // execa's types know no file that was opened here.
    stdin: file as 0,
  });
  if (exitCode === heldStatus)
    throw new UpgradeError("another upgrade is in work. Wait for its end: this one has changed nothing.");
  if (exitCode !== 0) throw new UpgradeError(`${lock} cannot be locked: ${shortMessage}. Nothing was changed.`);
}
