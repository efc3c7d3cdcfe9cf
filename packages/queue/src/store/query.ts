import {
  CompiledQuery,
  DummyDriver,
  Kysely,
  type RawBuilder,
  SqliteAdapter,
  SqliteIntrospector,
  SqliteQueryCompiler,
} from "kysely";
import type { Schema } from "./schema.ts";

/**
 * A statement whose text is built when it is run. The text is SQL that each engine understands, with a `?` for each
 * parameter. It may name indexes (`INDEXED BY`) and read lists (`json_each(?)`): an engine that has neither spells them
 * otherwise.
 */
export type Compilable<Row> = { compile(): CompiledQuery<Row> };

/** Builds queries. It never runs them: a `Reader` or `Transaction` does. */
export const query = new Kysely<Schema>({
  dialect: {
    createAdapter: () => new SqliteAdapter(),
    createDriver: () => new DummyDriver(),
    createIntrospector: (database) => new SqliteIntrospector(database),
    createQueryCompiler: () => new SqliteQueryCompiler(),
  },
});

/** Wraps a hand-written statement like a built query. */
export function raw<Row>(statement: RawBuilder<Row>): { compile(): ReturnType<typeof compileRaw<Row>> } {
  return { compile: () => compileRaw(statement) };
}

function compileRaw<Row>(statement: RawBuilder<Row>) {
  return statement.compile(query);
}

/** The parts of a compiled query beside its text. */
const unbuilt = CompiledQuery.raw("");

/**
 * Wraps a hand-written SQL text like a built query, for statements of every call: nothing is compiled.
 *
 * @param text has a `?` for each of the parameters.
 */
export function fixed<Row>(text: string, ...parameters: readonly (string | number | null)[]): Compilable<Row> {
  return { compile: () => ({ ...unbuilt, sql: text, parameters }) };
}
