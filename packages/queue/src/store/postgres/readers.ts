import type { Client } from "pg";
import type { Compilable } from "../query.ts";
import type { Reader } from "../reader.ts";
import { end } from "./connect.ts";
import { isLostConnection } from "./lost-connection.ts";
import { ask } from "./statements.ts";

/** The number of connections that read. */
export const maxReaders = 3;

/** Reads on a few connections, each of which runs one statement at a time. */
export class Readers implements Reader {
  readonly #connect: () => Promise<Client>;
  readonly #idle: Client[] = [];
  readonly #waiting: (() => void)[] = [];
  #open = 0;
  #closed = false;

  constructor(connect: () => Promise<Client>) {
    this.#connect = connect;
    this.all = this.all.bind(this);
    this.get = this.get.bind(this);
  }

  async all<Row>(statement: Compilable<Row>): Promise<Row[]> {
    return await this.use(async (client) => (await ask(client, statement)).rows);
  }

  async get<Row>(statement: Compilable<Row>): Promise<Row | undefined> {
    const [row] = await this.all(statement);
    return row;
  }

  /**
   * Gives a connection to a look that may be repeated. If it turns out to be lost, as all are after a restart of the server,
   * the look is repeated once, on a new one.
   */
  async use<Result>(look: (client: Client) => Promise<Result>): Promise<Result> {
    try {
      return await this.#once(look);
    } catch (error) {
      if (!isLostConnection(error)) throw error;
      for (const client of this.#idle.splice(0)) this.#forget(client);
      return await this.#once(look);
    }
  }

  close(): void {
    this.#closed = true;
    for (const client of this.#idle.splice(0)) this.#forget(client);
  }

  async #once<Result>(look: (client: Client) => Promise<Result>): Promise<Result> {
    const client = await this.#take();
    try {
      const result = await look(client);
      this.#keep(client);
      return result;
    } catch (error) {
      if (isLostConnection(error)) this.#forget(client);
      else this.#keep(client);
      throw error;
    } finally {
      this.#waiting.shift()?.();
    }
  }

  async #take(): Promise<Client> {
    while (this.#idle.length === 0 && this.#open >= maxReaders)
      await new Promise<void>((resolve) => void this.#waiting.push(resolve));
    const known = this.#idle.pop();
    if (known !== undefined) return known;
    this.#open += 1;
    try {
      return await this.#connect();
    } catch (error) {
      this.#open -= 1;
      this.#waiting.shift()?.();
      throw error;
    }
  }

  #keep(client: Client): void {
    if (this.#closed) this.#forget(client);
    else this.#idle.push(client);
  }

  #forget(client: Client): void {
    this.#open -= 1;
    end(client);
  }
}
