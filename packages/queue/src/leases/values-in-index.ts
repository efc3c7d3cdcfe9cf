import { type RawBuilder, sql } from "kysely";

/**
 * Returns the recursive table `NAME (COLUMN)` of the different values in a partial index of tasks, and NULL at its end. It
 * takes one step in the index for each value, however many tasks have it (a loose index scan).
 */
export function valuesInIndex(
  name: string,
  { column, index, where }: { column: string; index: string; where: string },
): RawBuilder<unknown> {
  const least = `SELECT min(${column}) FROM tasks INDEXED BY ${index} WHERE ${where}`;
  return sql.raw(`${name} (${column}) AS (
    ${least}
    UNION ALL
    SELECT (${least} AND ${column} > ${name}.${column}) FROM ${name} WHERE ${name}.${column} IS NOT NULL)`);
}
