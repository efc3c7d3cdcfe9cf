import { closeSync, fsyncSync, mkdirSync, openSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { errorCode } from "@dwld/text";
import type { RunningUnit } from "./readiness.ts";

/** The state of the table before a version, and its change by that version. */
export type TableChange = {
  /** A copy of the table; absent if the operator has one of their own. */
  readonly backup?: string;
  /** The migrations that the version applies, by their names. */
  readonly migrations: readonly string[];
  /** The mark of the table (`changeMarkOf`) when nobody wrote it, at the backup and again right after the migration. */
  readonly mark?: string;
};

/** An upgrade that has begun to change the machine, and has not ended. */
export type Unfinished = {
  -readonly [Key in keyof TableChange]: TableChange[Key];
} & {
  /** The folders of two programs. */
  readonly from: string;
  readonly to: string;
  /** The units that ran when it began. */
  readonly units: readonly RunningUnit[];
};

/** The program that ran before the current one, and what it takes to go back to it. */
export type WayBack = TableChange & { readonly program: string; readonly since: string };

export type UpgradeRecord = { readonly wayBack?: WayBack; readonly unfinished?: Unfinished };

export function readRecord(path: string): UpgradeRecord {
  try {
    return JSON.parse(readFileSync(path, "utf8")) as UpgradeRecord;
  } catch (error) {
    if (errorCode(error) === "ENOENT") return {};
    throw error;
  }
}

/** Replaces the record at once: after a power cut it is the one or the other. */
export function writeRecord(path: string, record: UpgradeRecord): void {
  mkdirSync(dirname(path), { recursive: true });
  replaceFile(path, `${JSON.stringify(record, null, 2)}\n`);
}

/** Writes a file under another name, and renames it when it is on the disk. */
export function replaceFile(path: string, text: string): void {
  const partial = `${path}.new`;
  writeFileSync(partial, text, { flush: true });
  renameSync(partial, path);
  syncFolder(dirname(path));
}

export function syncFolder(path: string): void {
  const folder = openSync(path, "r");
  try {
    fsyncSync(folder);
  } finally {
    closeSync(folder);
  }
}
