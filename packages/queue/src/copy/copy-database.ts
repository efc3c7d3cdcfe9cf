import type { CopySource, CopyTable, CopyTarget, CopyValue } from "../store/table-copy.ts";
import { CopyError } from "../store/copy-error.ts";
import type { DatabaseOptions } from "../store/database.ts";
import { inRoom } from "../store/engine-room.ts";
import type { DatabaseLocation } from "../store/location.ts";
import { RowDigest } from "./row-digest.ts";

/** A table that was copied, and whose rows were read back from the target and found equal. */
export type CopiedTable = {
  readonly name: string;
  readonly rows: number;
  /** The number of texts from which NUL was removed, as from all that is stored since PostgreSQL is an engine. */
  readonly cleaned: number;
};

export type CopyOptions = Pick<DatabaseOptions, "readSecret"> & {
  readonly signal?: AbortSignal;
  /** Gets the number of rows that were written to a table, or read back from it, so far. */
  readonly onProgress?: (progress: CopyProgress) => void;
};

export type CopyProgress = { readonly step: "copy" | "check"; readonly table: string; readonly rows: number };

/** Copies a task table into an empty one, while no process uses either: see `copyTables`. */
export async function copyDatabase(
  from: DatabaseLocation,
  to: DatabaseLocation,
  options: CopyOptions = {},
): Promise<CopiedTable[]> {
  return await inRoom(from, async (room) => {
    const source = await room.openCopySource(from, options);
    try {
      return await inRoom(to, async (other) => await fill(await other.openCopyTarget(to, options), source, options));
    } finally {
      await source.close();
    }
  });
}

async function fill(target: CopyTarget, source: CopySource, options: CopyOptions): Promise<CopiedTable[]> {
  try {
    return await copyTables(source, target, options);
  } finally {
    await target.close();
  }
}

/**
 * Copies a task table into an empty one, row by row, in one transaction of the target: whatever ends it, the target has all
 * or nothing.
 *
 * Before it is kept, each table is read back from the target, and its rows, their number and the last number that was given
 * are compared with the source's. Then the target gets an identity of its own. If both tables were used from now on, their
 * revisions would name different changes: a client that watched the one and comes back to the other is told everything
 * anew, and its page tokens are refused.
 *
 * @throws CopyError if the two do not have the same schema, or are not equal in the end; the reason of the signal.
 */
export async function copyTables(
  source: CopySource,
  target: CopyTarget,
  { signal, onProgress }: CopyOptions = {},
): Promise<CopiedTable[]> {
  refuseOtherTables(source, target);
  const written: Written[] = [];
  for (const table of target.tables) {
    const digest = new RowDigest(table);
    let cleaned = 0;
    for await (const found of source.read(table)) {
      signal?.throwIfAborted();
      cleaned += found.flat().filter(hasNul).length;
      const rows = cleaned === 0 ? found : found.map((row) => row.map(withoutNul));
      for (const row of rows) digest.add(row);
      await target.write(table, rows);
      onProgress?.({ step: "copy", table: table.name, rows: digest.rows });
    }
    const last = table.numbered ? await source.lastNumber(table) : 0;
    if (table.numbered) await target.setLastNumber(table, last);
    written.push({ table, digest, last, cleaned });
  }
  for (const { table, ...wanted } of written) {
    const digest = new RowDigest(table);
    for await (const rows of target.read(table)) {
      signal?.throwIfAborted();
      for (const row of rows) digest.add(row);
      onProgress?.({ step: "check", table: table.name, rows: digest.rows });
    }
    const last = table.numbered ? await target.lastNumber(table) : 0;
    if (digest.toString() !== wanted.digest.toString() || last !== wanted.last)
      throw new CopyError(
        `the rows of the table ${table.name} are not in ${target.name} as they are in ${source.name}. Nothing was kept there. This is a defect of dwld: go on with ${source.name}, and report it.`,
      );
  }
  await target.renewIdentity();
  await target.finish();
  return written.map(({ table, digest, cleaned }) => ({ name: table.name, rows: digest.rows, cleaned }));
}

type Written = { table: CopyTable; digest: RowDigest; last: number; cleaned: number };

function hasNul(value: CopyValue): boolean {
  return typeof value === "string" && value.includes("\0");
}

function withoutNul(value: CopyValue): CopyValue {
  return typeof value === "string" ? value.replaceAll("\0", "") : value;
}

function refuseOtherTables(source: CopySource, target: CopyTarget): void {
  const difference = firstDifference(describe(source.tables), describe(target.tables));
  if (difference !== undefined)
    throw new CopyError(
      `${source.name} and ${target.name} do not have the same schema (${difference}). Start and stop this version of dwld with each, which brings it up to date, and repeat.`,
    );
}

function describe(tables: readonly CopyTable[]): string[] {
  return tables
    .flatMap(({ name, columns, numbered }) => [
      `${name}${numbered ? ", numbered" : ""}`,
      ...columns.map((column) => `${name}.${column.name}, ${column.kind}`),
    ])
    .toSorted();
}

function firstDifference(one: readonly string[], other: readonly string[]): string | undefined {
  return [...new Set(one).symmetricDifference(new Set(other))].toSorted()[0];
}
