import { existsSync, readdirSync, readlinkSync, renameSync, rmSync, symlinkSync } from "node:fs";
import { basename, dirname, join, relative, resolve } from "node:path";
import { errorCode } from "@dwld/text";
import type { MachinePlaces } from "./machine-places.ts";
import { syncFolder } from "./record.ts";

/** Returns the folder of the program that is to run: the path of the link if there is a folder; undefined if there is none. */
export function currentProgram({ link }: Pick<MachinePlaces, "link">): string | undefined {
  try {
    return resolve(dirname(link), readlinkSync(link));
  } catch (error) {
    if (errorCode(error) === "ENOENT") return undefined;
    if (errorCode(error) === "EINVAL") return link;
    throw error;
  }
}

/** Makes another program the one that is to run: at any moment there is the one or the other. */
export function makeCurrent({ link }: Pick<MachinePlaces, "link">, program: string): void {
  const partial = `${link}.new`;
  rmSync(partial, { force: true });
  symlinkSync(relative(dirname(link), program), partial);
  renameSync(partial, link);
  syncFolder(dirname(link));
}

/** Removes all programs but those that are named. */
export function keepPrograms(
  { programs }: Pick<MachinePlaces, "programs">,
  kept: readonly (string | undefined)[],
): void {
  if (!existsSync(programs)) return;
  for (const { name } of readdirSync(programs, { withFileTypes: true }).filter((entry) => entry.isDirectory()))
    if (!kept.includes(join(programs, name))) rmSync(join(programs, name), { recursive: true, force: true });
}

/** Returns the name of a program for people: its version and the beginning of its fingerprint. */
export function programName(program: string): string {
  return basename(program);
}
