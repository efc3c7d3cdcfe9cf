import { errorText } from "@dwld/text";
import { makeCurrent, programName } from "./programs.ts";
import { readRecord, type Unfinished, writeRecord } from "./record.ts";
import { restartUnits, stopAll } from "./restart-units.ts";
import { reloadUnits } from "./systemd.ts";
import { placeUnits } from "./unit-files.ts";
import type { UpgradeCall } from "./upgrade-call.ts";
import { UpgradeError } from "./upgrade-error.ts";

/** What a way back needs of a call. No signal ends it in the middle. */
type Call = Pick<UpgradeCall, "places" | "table" | "addressOf" | "say" | "readyMs" | "now">;

/**
 * Puts the program that ran before an upgrade back in its place, with its units, and the table as it was if the upgrade
 * has migrated it and nothing else was written since.
 *
 * @throws UpgradeError if the old program cannot be put back, or is not ready: what runs then, and what to do.
 */
export async function goBack(unfinished: Unfinished, why: string, call: Call): Promise<void> {
  const { places, table, say } = call;
  const { from, to, units, backup = "" } = unfinished;
  say(`going back to ${programName(from)}: ${why}`);
  const watch = { addressOf: call.addressOf, readyMs: call.readyMs, say };
  const way = unfinished.migrations.length === 0 ? "stays" : await withoutWriters(unfinished, call);
  if (way === "changed since" || way === "other server") {
    makeCurrent(places, to);
    placeUnits(places, to, from);
    await reloadUnits();
    const { migrations } = unfinished;
    const wayBack = { program: from, since: call.now().toISOString(), migrations, ...(backup !== "" && { backup }) };
    writeRecord(places.record, { wayBack });
    const started = await restartUnits(units, watch).then(
      () => `${programName(to)} was started again, and is ready now.`,
      (error: unknown) =>
        `${programName(to)} was left in place: systemd starts it again and again (${errorText(error)}).`,
    );
    throw new UpgradeError([why, cannotGoBack(unfinished, way, table.name), started].join("\n"));
  }
  if (way === "restore") {
    say(`restoring the task table from ${backup}, for nothing was written since`);
    await table.restore(backup);
  }
  placeUnits(places, from, to);
  makeCurrent(places, from);
  await reloadUnits();
  try {
    await restartUnits(units, watch);
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

async function withoutWriters(unfinished: Unfinished, { table, say }: Call) {
  await stopAll(unfinished.units, say);
  return await table.wayBack(unfinished);
}

function cannotGoBack(
  { from, migrations, backup }: Unfinished,
  how: "changed since" | "other server",
  name: string,
): string {
  const migrated = `${name} was migrated (${migrations.join(", ")}), and ${programName(from)} does not read it`;
  const restored =
    how === "changed since"
      ? `sudo systemctl stop 'dwld-*'; sudo dwld restore ${backup}; sudo dwld upgrade --back`
      : `stop dwld on all machines; create another database; name it in database.url; sudo dwld restore ${backup ?? "YOUR-BACKUP"}; sudo dwld upgrade --back`;
  const because =
    how === "changed since" ? ". Links were accepted or tasks were worked on since, and are not thrown away" : "";
  return `${migrated}${because}. To go back nonetheless, and lose what was done since the migration: ${restored}`;
}
