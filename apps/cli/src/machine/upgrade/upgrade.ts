import { goBack } from "./go-back.ts";
import { prepare, whyOf } from "./prepare.ts";
import { currentProgram, keepPrograms, makeCurrent, programName } from "./programs.ts";
import { readRecord, type TableChange, type Unfinished, writeRecord } from "./record.ts";
import { restartUnits, stopAll } from "./restart-units.ts";
import { reloadUnits, runningServices } from "./systemd.ts";
import { placeUnits } from "./unit-files.ts";
import type { Step, UpgradeCall } from "./upgrade-call.ts";
import { UpgradeError } from "./upgrade-error.ts";
import { asBefore, lookAt, untilSettled } from "./watch-units.ts";

/**
 * Makes a program the one that runs on this machine, and sees that it does; else the one before runs again.
 *
 * Everything that can be found out before is found out while the old one runs on. An upgrade that was interrupted is
 * carried on: what the record keeps of it is where it came from, what ran, and what became of the table.
 *
 * @param to the folder of a program, which is whole and on the disk.
 * @throws UpgradeError that says what happened, what runs now, and what to do.
 */
export async function upgradeTo(to: string, call: UpgradeCall): Promise<void> {
  const { places, say } = call;
  const carried = await carriedOn(to, call);
  const current = currentProgram(places);
  if (current === places.link)
    throw new UpgradeError(`${current} is a folder, and not the link that an upgrade exchanges. Nothing was changed.`);
  if (carried === undefined && (current === undefined || current === to)) {
    await place(to, current, call);
    return;
  }
  const from = carried?.from ?? current ?? to;
  const record = readRecord(places.record);
  keepPrograms(places, [current, from, to, record.wayBack?.program]);
  // Each upgrade that failed left a backup.
  call.table.keepBackups([carried?.backup, record.wayBack?.backup]);
  const unfinished = await prepare({ from, to, carried }, call);
  await call.reach("begin");
  writeRecord(places.record, { ...record, unfinished });
  await exchange(unfinished, call);
  const { backup, migrations } = unfinished;
  const wayBack = { program: from, since: call.now().toISOString(), migrations, ...(backup && { backup }) };
  writeRecord(places.record, { wayBack });
  if (backup !== undefined) call.table.keepBackups([backup]);
  keepPrograms(places, [to, from]);
  say(`${programName(to)} runs. The way back to ${programName(from)}: sudo dwld upgrade --back`);
}

/** Returns an upgrade to the same program that was interrupted. One to another program is undone first. */
async function carriedOn(to: string, call: UpgradeCall): Promise<Unfinished | undefined> {
  const { unfinished } = readRecord(call.places.record);
  if (unfinished === undefined) return undefined;
  const name = `the upgrade from ${programName(unfinished.from)} to ${programName(unfinished.to)}`;
  if (unfinished.to === to) {
    call.say(`${name} was interrupted, and is carried on`);
    return unfinished;
  }
  await goBack(unfinished, `${name} was interrupted`, call);
  return undefined;
}

/** Places the first program of a machine, or what belongs to the one that is there. */
async function place(program: string, current: string | undefined, call: UpgradeCall): Promise<void> {
  const { places, say } = call;
  if (current === undefined) makeCurrent(places, program);
  const changed = placeUnits(places, program);
  await reloadUnits();
  for (const file of changed) say(file);
  if (changed.length === 0 || current === undefined) return;
  const names = await runningServices();
  const units = (await lookAt(names, call)).map(asBefore);
  await restartUnits(units, call);
}

/** Puts the new program in the place of the old one; if it does not work, the old one. Keeps what it learns in the record. */
async function exchange(unfinished: Unfinished, call: UpgradeCall): Promise<void> {
  const { places, say, table, signal } = call;
  const { from, to, units } = unfinished;
  const reach = async (step: Step) => {
    await call.reach(step);
    signal.throwIfAborted();
  };
  try {
    const isOld = call.migrates && ((await table.inspect())?.pending.length ?? 0) > 0;
    if (isOld) await quieten(unfinished, call, reach);
    // Before the table is migrated: after a power cut, the version comes up that reads it, or migrates it itself.
    await reach("switch");
    makeCurrent(places, to);
    await reach("units");
    placeUnits(places, to, from);
    await reloadUnits();
    if (isOld) await migrate(unfinished, call, reach);
    await reach("start");
    await restartUnits(units, call);
    await reach("ready");
    say(`all is ready, and is watched for ${call.settleMs / 1000} s`);
    await untilSettled(units, call, call.settleMs);
    await reach("end");
  } catch (error) {
    const why = whyOf(error, call);
    await goBack(unfinished, why, call);
    throw new UpgradeError(
      `${why}\n${programName(from)} runs again, and no task was lost. When the cause is gone, run the upgrade again.`,
      { cause: error },
    );
  }
}

/** Ends all that writes the table, so that what is in the backup then is all that there is. */
async function quieten(unfinished: Unfinished, call: UpgradeCall, reach: (step: Step) => Promise<void>): Promise<void> {
  const { table, say, now } = call;
  await reach("stop");
  await stopAll(unfinished.units, say);
  await reach("final-backup");
  if (!table.isFile || call.ownBackup) return;
  const backup = await table.backUp(unfinished.to, now());
  await keep(unfinished, { backup }, call);
}

async function migrate(unfinished: Unfinished, call: UpgradeCall, reach: (step: Step) => Promise<void>): Promise<void> {
  const { table, say } = call;
  await reach("migration");
  say(`migrating the task table: ${unfinished.migrations.join(", ")}`);
  await table.migrate().catch(async (error: unknown) => {
    // The migration's transaction was undone, and nothing has to be. A full disk would not even let the table be looked at.
    if (table.isFile) await keep(unfinished, { migrations: [] }, call);
    throw error;
  });
  await reach("migrated");
  await keep(unfinished, {}, call);
}

/** Keeps in the record what is known of the table, with its mark at this moment. */
async function keep(
  unfinished: Unfinished,
  facts: Partial<TableChange>,
  { places, table }: Pick<UpgradeCall, "places" | "table">,
): Promise<void> {
  const mark = facts.migrations === undefined ? await table.mark() : undefined;
  Object.assign(unfinished, facts, mark !== undefined && { mark });
  writeRecord(places.record, { ...readRecord(places.record), unfinished });
}
