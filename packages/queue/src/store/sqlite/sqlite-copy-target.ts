import type BetterSqlite3 from "better-sqlite3";
import { CopyError } from "../copy-error.ts";
import { drawIdentity } from "../counters.ts";
import type { CopyRow, CopyTable, CopyTarget } from "../table-copy.ts";
import { columnList, SqliteCopySource } from "./sqlite-copy-source.ts";

/** Fills a new file, whose triggers stand aside meanwhile: what they would count is copied. */
export class SqliteCopyTarget extends SqliteCopySource implements CopyTarget {
  readonly #triggers: readonly { name: string; sql: string }[];
  readonly #keep: () => void;
  readonly #discard: () => void;
  readonly #inserts = new Map<string, BetterSqlite3.Statement>();

  /**
   * @param sqlite has the schema and nothing else, does not enforce foreign keys, and has begun a transaction.
   * @param place puts the file in its place, or removes it, when it has been closed.
   */
  constructor(sqlite: BetterSqlite3.Database, name: string, place: { keep: () => void; discard: () => void }) {
    super(sqlite, name);
    this.#keep = place.keep;
    this.#discard = place.discard;
    this.#triggers = sqlite
      .prepare<[], { name: string; sql: string }>("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
      .all();
    for (const trigger of this.#triggers) sqlite.exec(`DROP TRIGGER "${trigger.name}"`);
    for (const table of this.tables) sqlite.exec(`DELETE FROM "${table.name}"`);
  }

  async write(table: CopyTable, rows: readonly CopyRow[]): Promise<void> {
    const places = table.columns.map(() => "?").join(", ");
    const text = `INSERT INTO "${table.name}" (${columnList(table)}) VALUES (${places})`;
    const insert = this.#inserts.get(table.name) ?? this.sqlite.prepare(text);
    this.#inserts.set(table.name, insert);
    for (const row of rows) insert.run(...row);
  }

  async setLastNumber({ name }: CopyTable, number: number): Promise<void> {
    this.sqlite.prepare("DELETE FROM sqlite_sequence WHERE name = ?").run(name);
    if (number === 0) return;
    // The column of SQLite's own table has no type that would make a whole number of a Number.
    this.sqlite.prepare("INSERT INTO sqlite_sequence (name, seq) VALUES (?, ?)").run(name, BigInt(number));
  }

  async renewIdentity(): Promise<void> {
    this.sqlite.prepare("UPDATE counters SET value = ? WHERE name = 'identity'").run(drawIdentity());
  }

  async finish(): Promise<void> {
    const [broken] = this.sqlite.pragma("foreign_key_check") as { table: string; parent: string }[];
    if (broken !== undefined)
      throw new CopyError(
        `a row of ${broken.table} refers to a row of ${broken.parent} that is not there. Nothing was kept.`,
      );
    for (const { sql } of this.#triggers) this.sqlite.exec(sql);
    this.sqlite.exec("COMMIT");
    this.sqlite.close();
    this.#keep();
  }

  override async close(): Promise<void> {
    await super.close();
    this.#discard();
  }
}
