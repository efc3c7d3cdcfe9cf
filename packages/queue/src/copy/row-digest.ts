import { createHash } from "node:crypto";
import type { CopyRow, CopyTable, CopyValue } from "../store/table-copy.ts";

/** Digests the rows of a table, whatever their order: the sum of the SHA-256 of each, and their number. */
export class RowDigest {
  readonly #kinds: readonly string[];
  #sum = 0n;
  rows = 0;

  constructor({ columns }: CopyTable) {
    this.#kinds = columns.map(({ kind }) => kind);
  }

  add(row: CopyRow): void {
    const hash = createHash("sha256");
    for (const [index, value] of row.entries()) hash.update(encoded(this.#kinds[index] ?? "", value));
    this.#sum = BigInt.asUintN(256, this.#sum + BigInt(`0x${hash.digest("hex")}`));
    this.rows += 1;
  }

  /** Returns a text that is equal for equal rows. */
  toString(): string {
    return `${this.rows}:${this.#sum.toString(16)}`;
  }
}

/** Encodes a value as no other value of its kind, and no several values, are encoded. */
function encoded(kind: string, value: CopyValue): string {
  if (value === null) return "null;";
  const text = value instanceof Uint8Array ? Buffer.from(value).toString("hex") : String(value);
  return `${kind}${text.length}:${text};`;
}
