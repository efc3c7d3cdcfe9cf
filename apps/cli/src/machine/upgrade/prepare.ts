import { errorText } from "@dwld/text";
import { goBack } from "./go-back.ts";
import { programName } from "./programs.ts";
import type { TableChange, Unfinished } from "./record.ts";
import { rehearse } from "./rehearsal.ts";
import { runningServices } from "./systemd.ts";
import { UpgradeError } from "./upgrade-error.ts";
import type { UpgradeCall } from "./upgrade-call.ts";
import { asBefore, lookAt } from "./watch-units.ts";

type Way = { from: string; to: string; carried: Unfinished | undefined };

/** Finds out all that can be found out while the old program runs on. */
export async function prepare(way: Way, call: UpgradeCall): Promise<Unfinished> {
  const { from, to, carried } = way;
  try {
    return await findOut(way, call);
  } catch (error) {
    const runs = `${programName(to)} was not put in, and ${programName(from)} runs`;
    if (carried !== undefined) {
      await goBack(carried, whyOf(error, call), call);
      throw new UpgradeError(`${whyOf(error, call)}\n${runs} again.`, { cause: error });
    }
    if (error === call.signal.reason) throw error;
    throw new UpgradeError(`${errorText(error)}\n${runs} on: nothing was stopped or changed.`, { cause: error });
  }
}

async function findOut({ from, to, carried }: Way, call: UpgradeCall): Promise<Unfinished> {
  const { places, table, say, signal } = call;
  await call.reach("check");
  await call.checkConfiguration(to);
  const units = carried?.units ?? (await lookAt(await runningServices(), call)).map(asBefore);
  const facts = await table.inspect();
  const pending = call.migrates ? (facts?.pending ?? []) : [];
  if (facts !== undefined) await table.refuseFullDisk({ ...facts, pending });
  const isMigrated = carried !== undefined && carried.migrations.length > 0 && pending.length === 0;
  const change: TableChange = isMigrated ? carried : { migrations: pending };
  await call.reach("backup");
  const backup = facts === undefined || isMigrated ? change.backup : await backUp(to, call);
  await call.reach("rehearsal");
  if (pending.length > 0 && table.isFile && backup !== undefined) {
    say(`trying the migration on the copy: ${pending.join(", ")}`);
    await table.rehearseMigration(backup);
  }
  if (units.length > 0) {
    say(`trying whether ${programName(to)} starts here, beside what runs`);
    const names = units.map(({ name }) => name);
    await rehearse(to, names, places, { readyMs: call.readyMs, signal });
  }
  signal.throwIfAborted();
  const { migrations, mark } = change;
  return {
    from,
    to,
    units,
    migrations,
    ...(backup !== undefined && { backup }),
    ...(mark !== undefined && { mark }),
  };
}

/** Returns the path of a backup; undefined if the operator has one of their own. */
async function backUp(to: string, { table, say, now, signal, ownBackup }: UpgradeCall): Promise<string | undefined> {
  if (ownBackup) return undefined;
  say(`copying the task table, ${table.name}`);
  return await table.backUp(to, now(), signal);
}

/** Returns why an upgrade ends, for a person. */
export function whyOf(error: unknown, { signal }: Pick<UpgradeCall, "signal">): string {
  return error === signal.reason ? "it was stopped by a signal" : errorText(error);
}
