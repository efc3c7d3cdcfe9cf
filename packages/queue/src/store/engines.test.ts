import assert from "node:assert/strict";
import { test } from "node:test";
import { inspect } from "node:util";
import { freshFile } from "../testing/fresh-database.ts";
import { RandomWork } from "../testing/random-work.ts";
import { type Database, fixed } from "./database.ts";
import { topics } from "./topics.ts";
import { emptyDatabase, openTable } from "./postgres/testing/postgres-table.ts";

const operations = 300;

/** Without what differs by the engine: migrations, and the processes, which are told apart by it. */
const tablesInSqlite = `SELECT name FROM sqlite_master WHERE type = 'table' AND name <> 'processes'
  AND name NOT LIKE 'sqlite_%' AND name NOT LIKE 'kysely_%' ORDER BY name`;

const ownNames = new Set<unknown>(["", "identity", "seal", ...topics]);

test(`engines: ${operations} random operations have the same answers and leave the same rows on both`, async (t) => {
  const seed = Number.parseInt(process.env["SEED"] ?? "", 10) || 1 + Math.floor(Math.random() * 1e9);
  t.diagnostic(`SEED=${seed}`);
  t.mock.method(Math, "random", () => 0.5);
  const server = await emptyDatabase(t);
  const sqlite = new Side(await freshFile(t), seed);
  const postgres = new Side(await openTable(t, server.location), seed);
  const tables = await sqlite.tables();
  assert.ok(tables.includes("tasks") && tables.length > 15, tables.join(", "));
  for (let count = 1; count <= operations; count++) {
    const [answer, other] = await Promise.all([sqlite.step(), postgres.step()]);
    assert.equal(other, answer, `SEED=${seed}: answer ${count}`);
    if (count % 50 > 0) continue;
    const [rows, others] = await Promise.all([sqlite.rows(tables), postgres.rows(tables)]);
    const index = rows.findIndex((row, place) => row !== others[place]);
    assert.equal(others[index], rows[index], `SEED=${seed}: rows after ${count} operations`);
    assert.equal(others.length, rows.length);
  }
});

/** A table, and what is random in it: ids. */
class Side {
  readonly #database: Database;
  readonly #work: RandomWork;
  readonly #ids = new Map<string, number>();
  /** The newest revision after each step. */
  readonly #revisions: number[] = [];
  #seq = 0;

  constructor(database: Database, seed: number) {
    this.#database = database;
    this.#work = new RandomWork(database, seed);
  }

  async step(): Promise<string> {
    const answer = await this.#work.step();
    for (const { seq, id } of await this.#all<{ seq: number; id: string }>(
      `SELECT seq, id FROM tasks WHERE seq > ${this.#seq} ORDER BY seq`,
    )) {
      this.#seq = seq;
      this.#text(id);
    }
    const [row] = await this.#all<{ value: number }>("SELECT value FROM counters WHERE name = 'revision'");
    this.#revisions.push(row?.value ?? 0);
    return this.#text(answer);
  }

  async tables(): Promise<string[]> {
    return (await this.#all<{ name: string }>(tablesInSqlite)).map(({ name }) => name);
  }

  async rows(tables: readonly string[]): Promise<string[]> {
    const lines: string[] = [];
    for (const table of tables)
      for (const row of await this.#all<Record<string, unknown>>(`SELECT * FROM ${table} ORDER BY 1`))
        // The host without a name is of earlier versions, a seal is random, and topics count transactions, of which a long change takes
        // some.
        if (!ownNames.has(row["name"])) lines.push(`${table} ${this.#text(this.#comparable(table, row))}`);
    return lines.toSorted();
  }

  async #all<Row>(text: string): Promise<Row[]> {
    return await this.#database.all(fixed<Row>(text));
  }

  /** A statement may change its rows in any order, and numbers of rows that PostgreSQL gives have holes. */
  #comparable(table: string, row: Record<string, unknown>): object {
    const { revision } = row;
    const step = this.#revisions.findIndex((newest) => newest >= Number(revision));
    return {
      ...row,
      ...(revision === undefined || row["hidden"] === 1 ? {} : { revision: `of step ${step}` }),
      ...(table === "attempts" || table === "files" ? { seq: 0, id: "" } : {}),
      ...(table === "remote_parts" ? { file_seq: 0 } : {}),
    };
  }

  /** Shows a value, with a number for each random id in the order in which they are met. */
  #text(value: unknown): string {
    return inspect(value, { sorted: true, depth: null, maxStringLength: null, maxArrayLength: null }).replaceAll(
      /[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}/g,
      (id) => {
        const number = this.#ids.get(id) ?? this.#ids.size;
        this.#ids.set(id, number);
        return `id ${number}`;
      },
    );
  }
}
