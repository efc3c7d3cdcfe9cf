import { Client } from "pg";

export type Row = Record<string, unknown>;

/** Runs one statement on a connection of its own. Whole numbers of 64 bits are strings. */
export async function queryOnce(url: string, text: string, values?: readonly unknown[]): Promise<Row[]> {
  const client = new Client({ connectionString: url });
  // A connection that is ended by the server is an error of the statement, too.
  client.on("error", () => undefined);
  await client.connect();
  try {
    const { rows } = await client.query<Row>(text, values === undefined ? undefined : [...values]);
    return rows;
  } finally {
    await client.end();
  }
}
