import type BetterSqlite3 from "better-sqlite3";
import { safeNumber } from "../copy-error.ts";
import { type CopyRow, type CopySource, type CopyTable, type CopyValue, tablesOfEngines } from "../table-copy.ts";

/** Rows that are read at once; a picture has up to 32 KiB. */
const rowsAtOnce = 500;

/** Reads a task table in a file, as it is at one moment. */
export class SqliteCopySource implements CopySource {
  readonly name: string;
  readonly tables: readonly CopyTable[];
  protected readonly sqlite: BetterSqlite3.Database;

  /** @param sqlite has begun a transaction. */
  constructor(sqlite: BetterSqlite3.Database, name: string) {
    this.sqlite = sqlite;
    this.name = name;
    this.tables = readTables(sqlite);
  }

  async *read(table: CopyTable): AsyncIterable<readonly CopyRow[]> {
    const statement = this.sqlite
      .prepare<[], (CopyValue | bigint)[]>(`SELECT ${columnList(table)} FROM "${table.name}"`)
      .raw()
      .safeIntegers();
    let rows: CopyRow[] = [];
    for (const row of statement.iterate()) {
      rows.push(row.map((value, index) => this.#checked(value, table, index)));
      if (rows.length < rowsAtOnce) continue;
      yield rows;
      rows = [];
    }
    if (rows.length > 0) yield rows;
  }

  async lastNumber({ name }: CopyTable): Promise<number> {
    const statement = this.sqlite.prepare<[string], number>("SELECT seq FROM sqlite_sequence WHERE name = ?");
    return statement.pluck().get(name) ?? 0;
  }

  async close(): Promise<void> {
    this.sqlite.close();
  }

  #checked(value: CopyValue | bigint, table: CopyTable, index: number): CopyValue {
    const column = table.columns[index]?.name ?? "";
    return typeof value === "bigint" ? safeNumber(value, `${this.name}: ${table.name}.${column}`) : value;
  }
}

export function columnList({ columns }: CopyTable): string {
  return columns.map(({ name }) => `"${name}"`).join(", ");
}

const kinds: Readonly<Record<string, CopyTable["columns"][number]["kind"]>> = {
  INTEGER: "integer",
  REAL: "real",
  TEXT: "text",
  BLOB: "blob",
};

/** Returns the tables; their foreign keys are checked at the end, so that their order does not matter. */
function readTables(sqlite: BetterSqlite3.Database): CopyTable[] {
  const tables = sqlite
    .prepare<[], { name: string; sql: string }>(
      "SELECT name, sql FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' ORDER BY name",
    )
    .all();
  return tables
    .filter(({ name }) => !tablesOfEngines.includes(name))
    .map(({ name, sql }) => ({ name, columns: readColumns(sqlite, name), numbered: /\bAUTOINCREMENT\b/.test(sql) }));
}

function readColumns(sqlite: BetterSqlite3.Database, table: string): CopyTable["columns"] {
  return sqlite
    .prepare<[string], { name: string; type: string }>("SELECT name, type FROM pragma_table_info(?) ORDER BY name")
    .all(table)
    .map(({ name, type }) => {
      const kind = kinds[type];
      if (kind === undefined) throw new Error(`${table}.${name} is of the type ${type}`);
      return { name, kind };
    });
}
