import { createHash, randomBytes } from "node:crypto";
import type { Socket } from "node:net";
import { Client } from "pg";
import { accounts, databaseUrl, type DatabaseAddress } from "./accounts.ts";
import { passwordFile } from "./empty-cluster.ts";
import { startPostgres } from "./postgres-server.ts";
import { queryOnce, type Row } from "./query-once.ts";

/** The content that a new database begins with. */
export interface DatabaseTemplate {
  /** Differs if the content does. */
  readonly key: string;
  /** Fills a database that is empty and belongs to the account of the URL. Is called once for a cluster. */
  fill(url: string): Promise<void>;
}

export interface TestDatabaseOptions {
  /** Default: the cluster of the run, in which nothing can be set or broken. */
  server?: DatabaseAddress;
  /** Default: none, for an empty database. */
  template?: DatabaseTemplate;
}

export interface TestLocation {
  /** Without the password. */
  readonly url: string;
  readonly passwordFile: string;
}

/** A database that belongs to an ordinary account, `dwld`. */
export interface TestDatabase extends DatabaseAddress, AsyncDisposable {
  readonly name: string;
  /** For its owner, with the password in it. */
  readonly url: string;
  /** The same, as the section `database` of a configuration has it. */
  readonly location: TestLocation;
  /** Return the same at another address: that of a proxy or a pgbouncer. */
  urlAt(address: DatabaseAddress): string;
  locationAt(address: DatabaseAddress): TestLocation;
  /** Runs a statement in it as the superuser, on a connection of its own. */
  query(text: string, values?: readonly unknown[]): Promise<Row[]>;
  /** Ends its connections and removes it. */
  drop(): Promise<void>;
}

/** The address of the cluster of the run, as HOST:PORT. tools/run-tests.ts starts one for a run of many files. */
export const clusterVariable = "DWLD_TEST_POSTGRES";

/** Settings for the cluster that the tests of a run share. */
export const clusterSettings = { max_connections: 400, autovacuum: false };

let own: Promise<DatabaseAddress> | undefined;

/** Returns the cluster of the run; a file that is run by hand starts its own. */
function clusterOfRun(): Promise<DatabaseAddress> {
  const [host, port] = process.env[clusterVariable]?.split(":") ?? [];
  if (host !== undefined) return Promise.resolve({ host, port: Number(port) });
  own ??= startPostgres({ settings: clusterSettings, background: true });
  return own;
}

/** Creates a database. */
export async function createDatabase({ server, template }: TestDatabaseOptions = {}): Promise<TestDatabase> {
  const address = server ?? (await clusterOfRun());
  const name = `test_${randomBytes(8).toString("hex")}`;
  const source = template === undefined ? "template0" : await templateOf(address, template);
  const asSuperuser = async (text: string) =>
    await (server === undefined ? administer(address, text) : queryOnce(administration(server), text));
  await asSuperuser(creation(name, source));
  const drop = async () => void (await asSuperuser(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`));
  const urlAt = (at: DatabaseAddress) => databaseUrl(at, name, accounts.owner);
  const locationAt = (at: DatabaseAddress) => ({ url: databaseUrl(at, name, accounts.owner.name), passwordFile });
  return {
    host: address.host,
    port: address.port,
    name,
    url: urlAt(address),
    location: locationAt(address),
    urlAt,
    locationAt,
    query: (text, values) => queryOnce(databaseUrl(address, name, accounts.superuser), text, values),
    drop,
    [Symbol.asyncDispose]: drop,
  };
}

/** Creates a database for a test, and drops it at the end. */
export async function freshPostgres(
  test: { after(end: () => Promise<void>): void },
  options: TestDatabaseOptions = {},
): Promise<TestDatabase> {
  const database = await createDatabase(options);
  test.after(() => database.drop());
  return database;
}

/** The URL for what concerns all databases of a server. */
function administration(address: DatabaseAddress): string {
  return databaseUrl(address, "postgres", accounts.superuser);
}

let administrator: Promise<Client> | undefined;
let underWay = 0;

/**
 * Runs a statement as the superuser of the cluster of the run. All tests of a process share the connection, since another
 * one costs as much as a database; while it is idle, it does not keep the process from ending.
 */
async function administer(address: DatabaseAddress, text: string): Promise<Row[]> {
  const client = await (administrator ??= connected(administration(address)));
  underWay += 1;
  const { stream } = (client as unknown as { connection: { stream: Socket } }).connection;
  stream.ref();
  try {
    return (await client.query<Row>(text)).rows;
  } finally {
    underWay -= 1;
    if (underWay === 0) stream.unref();
  }
}

async function connected(url: string): Promise<Client> {
  const client = new Client({ connectionString: url });
  // A connection that is ended by the server is an error of the next statement, too.
  client.on("error", () => undefined);
  await client.connect();
  return client;
}

function creation(name: string, source: string): string {
  return `CREATE DATABASE ${name} OWNER ${accounts.owner.name} TEMPLATE ${source} STRATEGY file_copy`;
}

const isComplete = "SELECT datistemplate FROM pg_database WHERE datname = $1";

/** The names of the databases to copy that this process knows to be complete, by server and key. */
const templates = new Map<string, Promise<string>>();

async function templateOf(address: DatabaseAddress, template: DatabaseTemplate): Promise<string> {
  const key = `${address.host}:${address.port} ${template.key}`;
  const known = templates.get(key) ?? makeTemplate(address, template);
  templates.set(key, known);
  try {
    return await known;
  } catch (error) {
    templates.delete(key);
    throw error;
  }
}

/** Returns the name of a database to copy; the first process that needs it makes it, and the others wait. */
async function makeTemplate(address: DatabaseAddress, template: DatabaseTemplate): Promise<string> {
  const name = `template_${createHash("sha256").update(template.key).digest("hex").slice(0, 16)}`;
  const client = await connected(administration(address));
  try {
    const look = async () =>
      (await client.query<{ datistemplate: boolean }>(isComplete, [name])).rows[0]?.datistemplate;
    if ((await look()) === true) return name;
    await client.query("SELECT pg_advisory_lock(hashtext($1))", [name]);
    if ((await look()) === true) return name;
    // One that is not complete is of a process that was killed.
    await client.query(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`);
    await client.query(creation(name, "template0"));
    await template.fill(databaseUrl(address, name, accounts.owner));
    // Copies are refused while anybody is connected.
    await client.query(`ALTER DATABASE ${name} WITH ALLOW_CONNECTIONS false IS_TEMPLATE true`);
    return name;
  } finally {
    await client.end();
  }
}
