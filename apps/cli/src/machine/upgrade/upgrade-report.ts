import { layout } from "@dwld/layout";
import { machinePlaces, type MachinePlaces } from "./machine-places.ts";
import { currentProgram, programName } from "./programs.ts";
import { readRecord } from "./record.ts";

/** The document of `dwld upgrade --json`: scripts rely on it. */
export type UpgradeFacts = {
  readonly installed: string | null;
  /** Whether it came as a folder, as in an image of a container, with which the next version comes. */
  readonly isFolder: boolean;
  readonly wayBack: { readonly program: string; readonly since: string; readonly migrations: readonly string[] } | null;
  readonly interrupted: { readonly from: string; readonly to: string } | null;
};

export function upgradeFacts(places: MachinePlaces = machinePlaces): UpgradeFacts {
  const current = currentProgram(places);
  const { wayBack, unfinished } = readRecord(places.record);
  return {
    installed: current === undefined ? null : current === places.link ? layout.version : programName(current),
    isFolder: current === places.link,
    wayBack: wayBack
      ? { program: programName(wayBack.program), since: wayBack.since, migrations: wayBack.migrations }
      : null,
    interrupted: unfinished ? { from: programName(unfinished.from), to: programName(unfinished.to) } : null,
  };
}

/** Whether dwld is not installed here. */
export function isNone({ installed }: UpgradeFacts): boolean {
  return installed === null;
}

export function upgradeText({ installed, isFolder, wayBack, interrupted }: UpgradeFacts): string {
  if (installed === null) return "dwld is not installed on this machine: sudo make install\n";
  if (isFolder) return `${installed} is installed, in a folder that comes as a whole with the next version.\n`;
  const back =
    wayBack === null
      ? "There is no version before it."
      : `The version before, which ran until ${wayBack.since}, is ${wayBack.program}: sudo dwld upgrade --back${migrated(wayBack)}`;
  const broken =
    interrupted === null
      ? ""
      : `An upgrade from ${interrupted.from} to ${interrupted.to} was interrupted: run it again, or go back by sudo dwld upgrade --back\n`;
  return `${installed} is installed.\n${back}\n${broken}`;
}

function migrated({ migrations }: NonNullable<UpgradeFacts["wayBack"]>): string {
  return migrations.length === 0 ? "" : ` (not as it is: the task table was migrated since, ${migrations.join(", ")})`;
}
