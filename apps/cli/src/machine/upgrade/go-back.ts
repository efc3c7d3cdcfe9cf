import { errorText } from "@dwld/text";
import { makeCurrent, programName } from "./programs.ts";
import { readRecord, type Unfinished, writeRecord } from "./record.ts";
import { restartTogether, stopAll } from "./restart-units.ts";
import { reloadUnits } from "./systemd.ts";
import type { TaskTable } from "./task-table.ts";
import type { TableWayBack } from "./table-decisions.ts";
import { placeUnits } from "./unit-files.ts";
import type { UpgradeCall } from "./upgrade-call.ts";
import { UpgradeError } from "./upgrade-error.ts";

/** The part of a call that a way back needs. No signal ends it in the middle. */
type Call = Pick<UpgradeCall, "places" | "table" | "addressOf" | "say" | "readyMs" | "now">;

/**
 * Puts the program that ran before an upgrade back in its place, with its units, and the table as it was if the upgrade
 * has migrated it and nothing else was written since.
 *
 * @throws UpgradeError if the old program cannot be put back, or is not ready: what runs then, and what to do.
 */
export async function goBack(unfinished: Unfinished, why: string, call: Call): Promise<void> {
  const { places, say } = call;
  const { from, units } = unfinished;
  say(`going back to ${programName(from)}: ${why}`);
  const isBack = await putBack(unfinished, call).catch((error: unknown) => {
    throw new UpgradeError(
      `${why}\nThe way back to ${programName(from)} failed: ${errorText(error)}\nNothing is lost. When that is mended: sudo dwld upgrade --back`,
      { cause: error },
    );
  });
  if (!isBack) return await stay(unfinished, why, call);
  try {
    await restartTogether(units, { addressOf: call.addressOf, readyMs: call.readyMs, say });
  } catch (error) {
    throw new UpgradeError(
      `${why}\n${programName(from)} was put back in its place, and is not ready either: ${errorText(error)}\nsystemctl status 'dwld-*' and journalctl -u 'dwld-*' -n 50 say more; sudo dwld doctor says what to do.`,
      { cause: error },
    );
  } finally {
    const { wayBack } = readRecord(places.record);
    writeRecord(places.record, wayBack === undefined ? {} : { wayBack });
  }
}

/** Puts program, units and table back, without a start. Returns false if the table cannot be put back. */
async function putBack(unfinished: Unfinished, call: Call): Promise<boolean> {
  const { places, table, say } = call;
  const { from, to, backup = "" } = unfinished;
  const way = await wayOf(unfinished, call);
  if (way === "changed since" || way === "other server") return false;
  if (way === "restore") {
    say(`restoring the task table from ${backup}, for nothing was written since`);
    await table.restore(backup);
  }
  placeUnits(places, from, to);
  makeCurrent(places, from);
  await reloadUnits();
  return true;
}

/** Leaves the new program in its place, with a table that the old one does not read. @throws UpgradeError that says so. */
async function stay(unfinished: Unfinished, why: string, call: Call): Promise<never> {
  const { places, say, table } = call;
  const { from, to, units, migrations, backup } = unfinished;
  makeCurrent(places, to);
  placeUnits(places, to, from);
  await reloadUnits();
  const since = call.now().toISOString();
  writeRecord(places.record, {
    wayBack: { program: from, since, migrations, ...(backup !== undefined && { backup }) },
  });
  const started = await restartTogether(units, { addressOf: call.addressOf, readyMs: call.readyMs, say }).then(
    () => `${programName(to)} was started again, and is ready now.`,
    (error: unknown) =>
      `${programName(to)} was left in place: systemd starts it again and again (${errorText(error)}).`,
  );
  throw new UpgradeError([why, cannotGoBack(unfinished, table), started].join("\n"));
}

async function wayOf(unfinished: Unfinished, { table, say }: Call): Promise<TableWayBack> {
  if (unfinished.migrations.length === 0) return "stays";
  // The table tells what was written when nobody writes.
  await stopAll(unfinished.units, say);
  return await table.wayBack(unfinished);
}

function cannotGoBack({ from, migrations, backup = "YOUR-BACKUP" }: Unfinished, { name, isFile }: TaskTable): string {
  const migrated = `${name} was migrated (${migrations.join(", ")}), and ${programName(from)} does not read it`;
  const because = ". Links were accepted or tasks were worked on since, and are not thrown away";
  const restored = isFile
    ? `sudo systemctl stop 'dwld-*'; sudo dwld restore ${backup}; sudo dwld upgrade --back`
    : `stop dwld on all machines; create another database; name it in database.url; sudo dwld restore ${backup}; sudo dwld upgrade --back`;
  return `${migrated}${isFile ? because : ""}. To go back nonetheless, and lose what was done since the migration: ${restored}`;
}
