import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import type { TestDatabase } from "@dwld/testbed";
import { eventually } from "@dwld/timing/testing";
import type { Client } from "pg";
import { atEnd } from "../../testing/fresh-database.ts";
import { countersOf } from "../counters.ts";
import { topics } from "../topics.ts";
import { directAddress } from "./address.ts";
import { connect } from "./connect.ts";
import { openNotifyChannel } from "./notify-channel.ts";
import { Readers } from "./readers.ts";
import { emptyDatabase } from "./testing/postgres-table.ts";

const open = async (server: TestDatabase) =>
  (await server.query("SELECT pid FROM pg_stat_activity WHERE usename = 'dwld' AND datname = current_database()"))
    .length;

const connecting = ({ location }: TestDatabase) => {
  const address = directAddress(location, { readSecret: (file) => readFileSync(file, "utf8").trimEnd() });
  return async () => await connect(address);
};

test("notify channel: a connection on which it cannot listen is ended, and another one is made", async (context) => {
  const server = await emptyDatabase(context);
  const connectOnce = connecting(server);
  let made = 0;
  let first: Client | undefined;
  const refusing = async (): Promise<Client> => {
    const client = await connectOnce();
    made += 1;
    first ??= client;
    if (made > 1 && made <= 3) {
      const query = client.query.bind(client) as (text: string) => Promise<unknown>;
      // The server ends the statement, and not the connection.
      Object.assign(client, { query: (text: string) => query(text.replace(/^LISTEN .*/, "SELECT 1/0")) });
    }
    return client;
  };
  const readers = new Readers(connectOnce);
  atEnd(context, async () => readers.close());
  const notifier = await openNotifyChannel({
    name: "the table",
    connect: refusing,
    elsewhere: async (run) => await readers.use(run),
    readCounts: async () => countersOf(topics, []),
  });
  atEnd(context, async () => notifier.close());
  await first?.end();
  await eventually("it listens again", () => made > 3);
  await eventually("one connection listens beside that which reads", async () => (await open(server)) === 2);
});

test("readers: a look that fails after they were closed leaves no connection", async (context) => {
  const server = await emptyDatabase(context);
  const readers = new Readers(connecting(server));
  const failing = readers.use(async (client) => {
    await client.query("SELECT 1");
    readers.close();
    await client.query("SELECT 1/0");
  });
  await assert.rejects(failing, { code: "22012" });
  await eventually("it is closed", async () => (await open(server)) === 0);
});
