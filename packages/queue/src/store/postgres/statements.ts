import type { Client } from "pg";
import { withoutNul } from "../parameters.ts";
import type { Compilable } from "../query.ts";
import { spell } from "./spelling.ts";

/** Runs a statement on a connection. Its text is prepared once for each connection. */
export async function ask<Row>(client: Client, statement: Compilable<Row>): Promise<{ rows: Row[]; changed: number }> {
  const { sql, parameters } = statement.compile();
  const { text, name } = spell(sql);
  const result = await client.query<Row & object>({
    text,
    values: [...withoutNul(parameters)],
    ...(name === undefined ? {} : { name }),
  });
  return { rows: result.rows, changed: result.command === "SELECT" ? 0 : (result.rowCount ?? 0) };
}
