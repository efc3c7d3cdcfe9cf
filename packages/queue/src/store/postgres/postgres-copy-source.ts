import type { Client } from "pg";
import { safeNumber } from "../copy-error.ts";
import { type CopyRow, type CopySource, type CopyTable, type CopyValue, tablesOfEngines } from "../table-copy.ts";
import { end } from "./connect.ts";

/** Rows that are read at once; a picture has up to 32 KiB. */
const rowsAtOnce = 500;

/** Reads a task table on a server, within a transaction that has begun. */
export class PostgresCopySource implements CopySource {
  readonly name: string;
  readonly tables: readonly CopyTable[];
  protected readonly client: Client;

  constructor(client: Client, name: string, tables: readonly CopyTable[]) {
    this.client = client;
    this.name = name;
    this.tables = tables;
  }

  async *read(table: CopyTable): AsyncIterable<readonly CopyRow[]> {
    // As a text, a number is not rounded.
    const columns = table.columns.map(({ name, kind }) => (kind === "integer" ? `"${name}"::text` : `"${name}"`));
    await this.client.query(`DECLARE rows NO SCROLL CURSOR FOR SELECT ${columns.join(", ")} FROM "${table.name}"`);
    for (;;) {
      const fetch = { text: `FETCH ${rowsAtOnce} FROM rows`, rowMode: "array" as const };
      const { rows } = await this.client.query<CopyValue[]>(fetch);
      if (rows.length === 0) break;
      yield rows.map((row) => row.map((value, index) => this.#checked(value, table, index)));
    }
    await this.client.query("CLOSE rows");
  }

  async lastNumber({ name }: CopyTable): Promise<number> {
    const { rows } = await this.client.query<{ last: string }>(
      `SELECT coalesce(pg_sequence_last_value(pg_get_serial_sequence('"${name}"', 'seq')), 0)::text AS last`,
    );
    return safeNumber(rows[0]?.last ?? "0", `${this.name}: the numbers of ${name}`);
  }

  async close(): Promise<void> {
    end(this.client);
  }

  #checked(value: CopyValue, table: CopyTable, index: number): CopyValue {
    const column = table.columns[index];
    if (column?.kind !== "integer" || value === null) return value;
    return safeNumber(String(value), `${this.name}: ${table.name}.${column.name}`);
  }
}

const kinds: Readonly<Record<string, CopyTable["columns"][number]["kind"]>> = {
  bigint: "integer",
  integer: "integer",
  "double precision": "real",
  text: "text",
  bytea: "blob",
};

type ColumnRow = { table: string; name: string; type: string; numbered: number };

/** Returns the tables of the schema. */
export async function readTables(client: Client): Promise<CopyTable[]> {
  const columns = await client.query<ColumnRow>(
    `SELECT table_name::text AS table, column_name::text AS name, data_type::text AS type,
        (is_identity = 'YES')::integer AS numbered
      FROM information_schema.columns WHERE table_schema = current_schema() ORDER BY table_name, column_name COLLATE "C"`,
  );
  return [...Map.groupBy(columns.rows, ({ table }) => table)]
    .filter(([name]) => !tablesOfEngines.includes(name))
    .map(([name, rows]) => ({
      name,
      columns: rows.map(columnOf),
      numbered: rows.some(({ numbered }) => numbered === 1),
    }));
}

function columnOf({ table, name, type }: ColumnRow): CopyTable["columns"][number] {
  const kind = kinds[type];
  if (kind === undefined) throw new Error(`${table}.${name} is of the type ${type}`);
  return { name, kind };
}
