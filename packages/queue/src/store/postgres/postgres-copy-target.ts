import type { Client } from "pg";
import { CopyError } from "../copy-error.ts";
import { drawIdentity } from "../counters.ts";
import { type CopyRow, type CopyTable, type CopyTarget, type CopyValue, tablesOfStarts } from "../table-copy.ts";
import { PostgresCopySource, readTables } from "./postgres-copy-source.ts";

/** Bytes of rows, as JSON, that are sent at once. */
const bytesAtOnce = 1024 * 1024;

/** Fills the empty tables of a server, whose triggers stand aside meanwhile: what they would count is copied. */
export class PostgresCopyTarget extends PostgresCopySource implements CopyTarget {
  /** @param client of the role that owns the tables; it has begun a transaction, and holds the lock of those that write. */
  static async open(client: Client, name: string): Promise<PostgresCopyTarget> {
    const tables = await readTables(client);
    for (const table of tables.filter(({ name: each }) => !tablesOfStarts.includes(each))) {
      const { rows } = await client.query<{ filled: number }>(
        `SELECT EXISTS (SELECT FROM "${table.name}")::integer AS filled`,
      );
      if (rows[0]?.filled === 1)
        throw new CopyError(
          `${name} is not empty (its table ${table.name} has rows), and nothing is overwritten. Name an empty database, or drop this one and create it anew.`,
        );
    }
    // Rows refer to rows of other tables and of their own, which may come later.
    await alterReferences(client, "DEFERRABLE INITIALLY DEFERRED");
    for (const table of tables)
      await client.query(`ALTER TABLE "${table.name}" DISABLE TRIGGER USER; DELETE FROM "${table.name}"`);
    return new PostgresCopyTarget(client, name, tables);
  }

  async write(table: CopyTable, rows: readonly CopyRow[]): Promise<void> {
    const columns = table.columns.map(({ name }) => `"${name}"`).join(", ");
    const text = `INSERT INTO "${table.name}" (${columns}) SELECT ${columns} FROM json_populate_recordset(NULL::"${table.name}", $1)`;
    let records: string[] = [];
    let bytes = 0;
    const send = async () => {
      await this.client.query({ name: `copy ${table.name}`, text, values: [`[${records.join(",")}]`] });
      records = [];
      bytes = 0;
    };
    for (const row of rows) {
      const record = recordOf(table, row);
      records.push(record);
      bytes += record.length;
      if (bytes > bytesAtOnce) await send();
    }
    if (records.length > 0) await send();
  }

  async setLastNumber({ name }: CopyTable, number: number): Promise<void> {
    const sequence = `pg_get_serial_sequence('"${name}"', 'seq')`;
    await this.client.query(`SELECT setval(${sequence}, greatest($1::bigint, 1), $1::bigint > 0)`, [number]);
  }

  async renewIdentity(): Promise<void> {
    await this.client.query("UPDATE counters SET value = $1 WHERE name = 'identity'", [drawIdentity()]);
  }

  async finish(): Promise<void> {
    await this.client.query("SET CONSTRAINTS ALL IMMEDIATE");
    await alterReferences(this.client, "NOT DEFERRABLE");
    for (const table of this.tables) await this.client.query(`ALTER TABLE "${table.name}" ENABLE TRIGGER USER`);
    await this.client.query("COMMIT");
    // Without statistics, the first plans would read whole tables.
    await this.client.query("ANALYZE");
  }
}

async function alterReferences(client: Client, how: string): Promise<void> {
  const { rows } = await client.query<{ table: string; name: string }>(
    `SELECT conrelid::regclass::text AS table, quote_ident(conname) AS name FROM pg_constraint
      WHERE contype = 'f' AND connamespace = current_schema()::regnamespace`,
  );
  for (const { table, name } of rows) await client.query(`ALTER TABLE ${table} ALTER CONSTRAINT ${name} ${how}`);
}

/** Writes a row as a JSON object. What JSON has no numbers for, and bytes, are texts as PostgreSQL reads them. */
function recordOf({ columns }: CopyTable, row: CopyRow): string {
  return JSON.stringify(Object.fromEntries(columns.map(({ name }, index) => [name, written(row[index] ?? null)])));
}

function written(value: CopyValue): number | string | null {
  if (value instanceof Uint8Array) return `\\x${Buffer.from(value).toString("hex")}`;
  return typeof value === "number" && !Number.isFinite(value) ? String(value) : value;
}
