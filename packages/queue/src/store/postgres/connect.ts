import type { Socket } from "node:net";
import { Client, TypeOverrides, types } from "pg";
import type { Address, Server } from "./address.ts";

/** Milliseconds until a server must have taken a connection. */
const connectMs = 5000;

/** Milliseconds for which a write waits for the lock, and for which no other transaction may stand still with it. */
export const lockMs = 10_000;
export const idleInTransactionMs = 5000;

/** Milliseconds for which one that has the lock waits for rows, which only programs beside dwld keep from it. */
export const rowLockMs = 1000;

/** Milliseconds until an answer is given up: the server or the network between stands still. More than both waits. */
const ordinaryAnswerMs = lockMs + rowLockMs + 1000;

/** For statements that work on whole tables. The server ends them when it loses the connection. */
export const unhurried = { answerMs: 0 };

/** Milliseconds until a connection that was told to end is broken off. */
const farewellMs = 1000;

/** Numbers are numbers, as on SQLite: the table has no greater ones than JavaScript counts. Truths are 1 and 0. */
const typesConfig = new TypeOverrides();
for (const type of [types.builtins.INT8, types.builtins.NUMERIC]) typesConfig.setTypeParser(type, Number);
typesConfig.setTypeParser(types.builtins.BOOL, (text) => (text === "t" ? 1 : 0));

/**
 * Connects to the first server that takes writes. A server that is a standby is none: after a failover, the promoted one
 * is.
 *
 * @param options.answerMs milliseconds until an answer is given up; 0: never.
 * @throws the error of the last server that was asked.
 */
export async function connect(address: Address, { answerMs = ordinaryAnswerMs } = {}): Promise<Client> {
  let reason: unknown = new StandbyError("no server is named");
  for (const server of address.servers)
    try {
      return await connectTo(address, server, answerMs);
    } catch (error) {
      reason = error;
    }
  throw reason;
}

/** All servers that answered are standbys. */
class StandbyError extends Error {
  override readonly name = "StandbyError";
  readonly code = "25006";
}

async function connectTo(address: Address, server: Server, answerMs: number): Promise<Client> {
  const { user, database, password, tls } = address;
  const client = new Client({
    ...server,
    user,
    database,
    password: () => password() ?? "",
    // A UNIX socket never has TLS.
    ssl: tls === undefined || server.host.startsWith("/") ? false : await tls(server),
    types: typesConfig,
    application_name: "dwld",
    connectionTimeoutMillis: connectMs,
    query_timeout: answerMs,
    // Several statements may be under way.
    pipeline: true,
    keepAlive: true,
    keepAliveInitialDelayMillis: 5000,
  });
  // Without a listener, the end of an idle connection would end the process. What uses the client meets the error itself.
  client.on("error", () => undefined);
  try {
    await client.connect();
    const { rows } = await client.query<{ standby: number }>(greeting);
    if (rows[0]?.standby !== 0) throw new StandbyError(`${server.host} is a standby: it takes no writes`);
    return client;
  } catch (error) {
    end(client);
    throw error;
  }
}

/**
 * Asks whether the server is a standby, and has it plan each prepared statement once: no value changes a plan, and to plan the
 * page of a chat takes three times as long as to read it. A pooler hands on the setting, to this role alone.
 */
const greeting = `
  SELECT pg_is_in_recovery() AS standby, set_config('plan_cache_mode', 'force_generic_plan', false) AS plans`;

/** Ends a connection, whatever its state: one over a broken network is not waited for. */
export function end(client: Client): void {
  void client.end().catch(() => undefined);
  const { connection } = client as unknown as { connection: { stream: Socket } };
  setTimeout(() => connection.stream.destroy(), farewellMs).unref();
}
