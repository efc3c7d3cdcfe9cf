import type { Client } from "pg";

/** The rights that the working role needs on a table; on those that are not named here, `all`. */
const special: Readonly<Record<string, readonly string[]>> = {
  counters: ["SELECT", "UPDATE"],
  secrets: ["SELECT"],
  kysely_migration: ["SELECT"],
  // For a backup.
  kysely_migration_lock: ["SELECT"],
};
const all = ["SELECT", "INSERT", "UPDATE", "DELETE"];

/** Tells the tables of dwld from those that somebody put beside them. */
const ofDwld = `relnamespace = current_schema()::regnamespace
  AND relowner = (SELECT relowner FROM pg_class WHERE oid = to_regclass('kysely_migration'))`;

/** Returns the statements that give a role what the task table needs, and no more. */
export async function grantsFor(client: Client, role: string): Promise<string[]> {
  const { rows } = await client.query<{ kind: string; name: string; role: string; schema: string }>(
    `SELECT relkind::text AS kind, relname::text AS name, quote_ident($1) AS role, quote_ident(current_schema()) AS schema
      FROM pg_class WHERE relkind IN ('r', 'S') AND ${ofDwld} ORDER BY relname`,
    [role],
  );
  const byRights = Map.groupBy(rows, ({ kind, name }) => (kind === "S" ? "SELECT" : (special[name] ?? all).join(", ")));
  const [first] = rows;
  const [grantee, schema] = [first?.role ?? "", first?.schema ?? ""];
  return [
    `GRANT USAGE ON SCHEMA ${schema} TO ${grantee}`,
    ...[...byRights].map(
      ([rights, relations]) =>
        `GRANT ${rights} ON ${relations.map(({ name }) => `"${name}"`).join(", ")} TO ${grantee}`,
    ),
  ];
}

/** Returns the statements, of those that `grantsFor` makes, without which the role of this connection cannot work. */
export async function missingGrants(client: Client): Promise<string[]> {
  const { rows } = await client.query<{ name: string; role: string; right: string }>(
    `SELECT relname::text AS name, quote_ident(current_user) AS role, needed AS right
      FROM pg_class, unnest(string_to_array(coalesce($1::json ->> relname::text, $2), ',')) AS needed
      WHERE relkind = 'r' AND ${ofDwld} AND NOT has_table_privilege(oid, needed)
      ORDER BY relname`,
    [
      JSON.stringify(Object.fromEntries(Object.entries(special).map(([name, rights]) => [name, rights.join()]))),
      all.join(),
    ],
  );
  return [...Map.groupBy(rows, ({ name }) => name)].map(
    ([name, missing]) =>
      `GRANT ${missing.map(({ right }) => right).join(", ")} ON "${name}" TO ${missing[0]?.role ?? ""}`,
  );
}
