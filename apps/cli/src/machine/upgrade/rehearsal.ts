import { chownSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { rehearsedConfiguration } from "@dwld/daemon";
import type { MachinePlaces } from "./machine-places.ts";
import { rehearsed, reloadUnits, startUnits, stopUnits } from "./systemd.ts";
import { unitFilesOf, unitText } from "./unit-files.ts";
import { untilReady, untilSettled } from "./watch-units.ts";

/** Milliseconds that a rehearsed process has to stay, once it has started. */
const stayMs = 1000;

/** Settings of a unit that reaches nothing outside: see `rehearse`. */
const apart = (configuration: string, ofUnits: string) => `[Service]
PrivateNetwork=yes
BindReadOnlyPaths=${configuration}:${ofUnits}
StateDirectory=
StateDirectory=dwld-rehearsal
RuntimeDirectory=
RuntimeDirectory=dwld-rehearsal
Restart=no
KillSignal=SIGKILL
`;

/**
 * Starts the units of a program beside those that run: each as systemd confines it, with the configuration of the
 * operator, but an empty task table, a network without a way out, and a folder of its own for all that is written. So
 * nothing is claimed, delivered or told to anybody.
 *
 * @param units the installed units, of which each app is started once.
 * @throws UpgradeError that names the unit that does not start, and why.
 */
export async function rehearse(
  program: string,
  units: readonly string[],
  places: MachinePlaces,
  how: { readyMs: number; signal: AbortSignal },
): Promise<void> {
  const files = unitFilesOf(program).filter((file) => units.some((unit) => isUnitOf(file, unit)));
  const started = files.map((file) => `${rehearsed}${file.replace(/^dwld-/, "").replace("@.", "@1.")}`);
  await endRehearsal(places);
  if (files.length === 0) return;
  try {
    makeFolder(places);
    for (const file of files) placeUnit(program, file, places);
    await reloadUnits();
    await startUnits(started);
    const all = started.map((name) => ({ name }));
    const watch = { ...how, addressOf: () => undefined };
    await untilReady(all, watch);
    await untilSettled(all, watch, stayMs);
  } finally {
    await endRehearsal(places);
  }
}

function isUnitOf(file: string, unit: string): boolean {
  return file === unit.replace(/@.*\./, "@.");
}

function makeFolder({ rehearsal, configuration }: MachinePlaces): void {
  mkdirSync(rehearsal, { mode: 0o750 });
  const own = join(rehearsal, "dwld.yaml");
  const text = rehearsedConfiguration(readFileSync(configuration, "utf8"), rehearsal);
  writeFileSync(own, text, { mode: 0o640 });
  const { uid, gid } = statSync(configuration);
  chownSync(own, uid, gid);
}

function placeUnit(program: string, file: string, { rehearsalUnits, link, configuration, rehearsal }: MachinePlaces) {
  const name = `${rehearsed}${file.replace(/^dwld-/, "")}`;
  writeFileSync(join(rehearsalUnits, name), unitText(program, file).replaceAll(`${link}/`, `${program}/`));
  for (const [folder, text] of [
    // The drop-ins that a program brings for this unit, as they will be.
    ...unitFilesOf(program)
      .filter((each) => each.startsWith(`${file}.d/`) || each.startsWith("dwld-.service.d/"))
      .map((each) => [each.split("/").at(-1) ?? "", unitText(program, each)] as const),
    ["zz-apart.conf", apart(join(rehearsal, "dwld.yaml"), configuration)] as const,
  ]) {
    mkdirSync(join(rehearsalUnits, `${name}.d`), { recursive: true });
    writeFileSync(join(rehearsalUnits, `${name}.d`, folder), text);
  }
}

/** Ends the units of a rehearsal, also of one that was interrupted, and removes its files. */
async function endRehearsal({ rehearsal, rehearsalUnits }: MachinePlaces): Promise<void> {
  // A pattern is content with no unit.
  await stopUnits([`${rehearsed}*`]);
  for (const name of readdirSync(rehearsalUnits).filter((each) => each.startsWith(rehearsed)))
    rmSync(join(rehearsalUnits, name), { recursive: true, force: true });
  rmSync(rehearsal, { recursive: true, force: true });
}
