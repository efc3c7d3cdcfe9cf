import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import type { MachinePlaces } from "./machine-places.ts";
import { replaceFile } from "./record.ts";

/** The units that a program brings, from its folder. */
const shipped = "share/systemd";

/** A package has its units placed by its package manager. */
const ofPackage = "share/placed-by-package";

/** Returns the unit files of a program and their drop-ins, from the folder that holds them. */
export function unitFilesOf(program: string): string[] {
  const folder = join(program, shipped);
  if (!existsSync(folder)) return [];
  const files = readdirSync(folder, { recursive: true, encoding: "utf8" });
  return files.filter((file) => /\.(service|target|timer|socket)$|\.d\/[^/]+\.conf$/.test(file));
}

export function unitText(program: string, file: string): string {
  return readFileSync(join(program, shipped, file), "utf8");
}

/**
 * Puts the units of a program where systemd looks for them, and removes those that another one has beside. Drop-ins of
 * the operator stay.
 *
 * @returns the files that were changed.
 */
export function placeUnits({ units }: Pick<MachinePlaces, "units">, program: string, instead?: string): string[] {
  if (existsSync(join(program, ofPackage))) return [];
  const wanted = unitFilesOf(program);
  // A version before those that bring their units works with the ones that are there.
  if (wanted.length === 0) return [];
  const changed = wanted.filter((file) => {
    const [text, place] = [unitText(program, file), join(units, file)];
    if (existsSync(place) && readFileSync(place, "utf8") === text) return false;
    mkdirSync(dirname(place), { recursive: true });
    replaceFile(place, text);
    return true;
  });
  const obsolete = (instead === undefined ? [] : unitFilesOf(instead)).filter(
    (file) => !wanted.includes(file) && existsSync(join(units, file)),
  );
  for (const file of obsolete) rmSync(join(units, file), { force: true });
  return [...changed, ...obsolete].map((file) => join(units, file));
}
