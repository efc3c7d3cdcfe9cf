import { errorCode } from "@dwld/text";
import type { Client } from "pg";
import type { ChangeNotifier, TopicCounts } from "../change-notifier.ts";
import { type CounterRow, countersOf, readCounters } from "../counters.ts";
import { DatabaseError } from "../database-error.ts";
import type { Changes, Engine, OnDoubt, WriteConnection } from "../engine.ts";
import { type Compilable, fixed } from "../query.ts";
import type { Reader } from "../reader.ts";
import { topics } from "../topics.ts";
import { openNotifyChannel } from "./notify-channel.ts";
import { explainPostgresError } from "./postgres-error.ts";
import { Readers } from "./readers.ts";
import { spell } from "./spelling.ts";
import { UndoneError, Writer, type WriterRules } from "./writer.ts";

/** Connections to the table's database. */
export type Connections = {
  readonly connect: () => Promise<Client>;
  /** Connects past any pooler. */
  readonly connectDirectly: () => Promise<Client>;
};

/** The task table on a server that several machines share. */
export class PostgresEngine implements Engine {
  readonly name: string;
  readonly notifier: ChangeNotifier;
  readonly #readers: Readers;
  readonly #writer: Writer;

  private constructor(readers: Readers, writer: Writer, { name, notifier }: Pick<Engine, "name" | "notifier">) {
    this.#readers = readers;
    this.#writer = writer;
    this.name = name;
    this.notifier = notifier;
  }

  get reader(): Reader {
    return this.#readers;
  }

  static async open({ connect, connectDirectly }: Connections, rules: WriterRules): Promise<PostgresEngine> {
    const readers = new Readers(connect);
    const { name } = rules;
    try {
      const notifier = await openNotifyChannel({
        name,
        connect: connectDirectly,
        elsewhere: async (run) => await readers.use(run),
        readCounts: async () => await readCounts(readers),
      });
      return new PostgresEngine(readers, new Writer(connect, rules), { name, notifier });
    } catch (error) {
      readers.close();
      throw error;
    }
  }

  async transaction<Result extends Changes>(
    work: (connection: WriteConnection) => Promise<Result>,
    onDoubt?: OnDoubt,
  ): Promise<Result> {
    return await this.#writer.transaction(work, onDoubt);
  }

  isBusy(error: unknown): boolean {
    return error instanceof UndoneError || ["40001", "40P01", "55P03"].includes(errorCode(error));
  }

  explainError(error: unknown): unknown {
    const reason = explainPostgresError(error instanceof UndoneError ? error.cause : error, this.name);
    // The table was opened before. What is refused since may pass: a new password that is not in its file yet.
    return reason instanceof DatabaseError && reason.problem === "unopenable"
      ? new DatabaseError("away", reason.message, { cause: error })
      : reason;
  }

  /** The server keeps its own record. */
  noteDamage(): void {
    return;
  }

  async explain(statement: Compilable<unknown>): Promise<string[]> {
    const { sql, parameters } = statement.compile();
    const rows = await this.#readers.use(async (client) => {
      const text = `EXPLAIN ${spell(sql).text}`;
      return (await client.query<{ "QUERY PLAN": string }>(text, [...parameters])).rows;
    });
    return rows.map((row) => row["QUERY PLAN"]);
  }

  /**
   * Returns the timeline, which each promotion of a standby changes:
   * https://www.postgresql.org/docs/current/continuous-archiving.html#BACKUP-TIMELINES.
   */
  async history(): Promise<string> {
    const row = await this.#readers.get(
      fixed<{ timeline: string }>("SELECT left(pg_walfile_name(pg_current_wal_lsn()), 8) AS timeline"),
    );
    return row?.timeline ?? "";
  }

  async close(): Promise<void> {
    await this.#writer.close();
    this.notifier.close();
    this.#readers.close();
  }
}

async function readCounts(reader: Reader): Promise<TopicCounts> {
  return countersOf(topics, await reader.all(fixed<CounterRow>(readCounters)));
}
