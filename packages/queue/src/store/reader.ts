import type { Compilable } from "./query.ts";

/** Reads what is committed; within a transaction, also what that has changed. */
export type Reader = {
  all<Row>(statement: Compilable<Row>): Promise<Row[]>;
  get<Row>(statement: Compilable<Row>): Promise<Row | undefined>;
};
