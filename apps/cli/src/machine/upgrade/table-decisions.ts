import { sizeText } from "@dwld/text";
import type { TableChange } from "./record.ts";

const mebibyte = 1024 * 1024;

/**
 * Returns the bytes that an upgrade may write beside the program: the backup; and if the table is migrated, a copy to
 * rehearse that on, what the migration itself writes, and a copy to go back with.
 */
export function neededBytes(tableBytes: number, migrations: number): number {
  return (migrations === 0 ? 1 : 4) * tableBytes + 64 * mebibyte;
}

export function spaceShortage(folder: string, { needed, free }: { needed: number; free: number }): string | undefined {
  if (free >= needed) return undefined;
  return `${folder} has ${sizeText(free)} free, and up to ${sizeText(needed)} may be needed for the backup of the task table and its migration. Make room, and run this again.`;
}

/** The treatment of the table before the version that ran earlier can start again. */
export type TableWayBack = "stays" | "restore" | "changed since" | "other server";

/**
 * @param isMigrated whether the migrations of the change are in the table.
 * @param markNow the mark of the table, which nobody writes now; undefined: the engine tells none.
 */
export function wayBackOfTable(
  { backup, migrations, mark }: TableChange,
  { isMigrated, markNow }: { isMigrated: boolean; markNow: string | undefined },
): TableWayBack {
  if (migrations.length === 0 || !isMigrated) return "stays";
  if (markNow === undefined || backup === undefined) return "other server";
  return mark === markNow ? "restore" : "changed since";
}
