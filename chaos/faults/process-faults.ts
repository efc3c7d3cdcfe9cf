import { setTimeout as pause } from "node:timers/promises";
import { descendants, signalTo } from "@dwld/testbed";
import type { OrphanWatch } from "./orphan-watch.ts";

/** A process to inject faults into. */
export type Target = {
  /** Undefined between two runs. */
  pid(): number | undefined;
  /** Restarts it after its end, if nothing else does. */
  restart(): Promise<void>;
};

/** Longer than a lease lives without a heartbeat, ms. */
export const longerThanLeaseMs = 17_000;

/** All that follow return false if the target is between two runs. */
export async function kill(target: Target, orphans: OrphanWatch): Promise<void | false> {
  const pid = target.pid();
  if (pid === undefined) return false;
  const children = descendants(pid);
  signalTo(pid, "SIGKILL");
  // The next run may start while the children die: it must cope with that.
  await Promise.all([target.restart(), orphans.waitFor(children)]);
}

/** Kills a process whose children would take the addresses of the next run: it is restarted when they are gone. */
export async function killWithChildren(target: Target, orphans: OrphanWatch): Promise<void | false> {
  const pid = target.pid();
  if (pid === undefined) return false;
  const children = descendants(pid);
  signalTo(pid, "SIGKILL");
  await orphans.waitFor(children);
  await target.restart();
}

export async function stop(target: Target): Promise<void | false> {
  const pid = target.pid();
  if (pid === undefined) return false;
  signalTo(pid, "SIGTERM");
  await target.restart();
}

export async function freeze(target: Target, forMs: number): Promise<void | false> {
  const pid = target.pid();
  if (pid === undefined) return false;
  signalTo(pid, "SIGSTOP");
  await pause(forMs);
  signalTo(pid, "SIGCONT");
}
