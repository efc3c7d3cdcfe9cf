import { appendFile, mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { eventually } from "@dwld/timing/testing";
import { makeCertificate } from "../certificate.ts";
import { startProgram, untilReady, type ForegroundProgram } from "../foreground-program.ts";
import { onFreePort } from "../free-port.ts";
import { processesBelow, signalTo } from "../living-processes.ts";
import { makePassingFolder, type PassingFolder } from "../passing-folder.ts";
import { accounts, databaseUrl, type Account, type DatabaseAddress } from "./accounts.ts";
import { asDatabaseUser, giveToDatabaseUser } from "./database-user.ts";
import { copyEmptyCluster } from "./empty-cluster.ts";
import { queryOnce, type Row } from "./query-once.ts";

/** Settings of postgresql.conf(5). */
export type PostgresSettings = Readonly<Record<string, string | number | boolean>>;

export interface PostgresOptions {
  /** The address to listen at; default 127.0.0.1. */
  host?: string;
  /** Default: a free one. */
  port?: number;
  /** True: connections without TLS are refused. */
  tls?: boolean;
  settings?: PostgresSettings;
  /** The folder in which the cluster gets one of its own. Default: in memory, where a flush to disk costs nothing. */
  parent?: string;
  /** True: it does not keep this process from ending, and ends with it. */
  background?: boolean;
}

/** SIGINT: a restart, which writes all down. SIGQUIT: for the cluster as a power cut. SIGKILL: of the first process alone. */
export type PostgresEnd = "SIGINT" | "SIGQUIT" | "SIGKILL";

export interface PostgresServer extends DatabaseAddress, AsyncDisposable {
  /** The data folder of the cluster. */
  readonly data: string;
  /** Self-signed, for localhost and 127.0.0.1; PEM. */
  readonly certificateFile: string;
  /** Returns the URL of a database, with the password in it; default: the superuser's. */
  url(database: string, account?: Account): string;
  /** Runs a statement as the superuser, on a connection of its own. */
  query(text: string, values?: readonly unknown[], database?: string): Promise<Row[]>;
  /** Changes settings that need no restart. */
  set(settings: PostgresSettings): Promise<void>;
  /** Ends the server; data and address stay. Default: SIGQUIT. */
  goAway(how?: PostgresEnd): Promise<void>;
  comeBack(): Promise<void>;
  /** Stops all of its processes: the kernel accepts connections and nobody answers, until `thaw`. */
  freeze(): void;
  thaw(): void;
  /** Ends the server and removes its files. */
  stop(): Promise<void>;
}

/** Starts a real PostgreSQL with a cluster of its own. Root is not needed. */
export function startPostgres(options: PostgresOptions = {}): Promise<PostgresServer> {
  return startPostgresOn(copyEmptyCluster, options);
}

/** @param makeData makes the data folder, which is not there yet. */
export async function startPostgresOn(
  makeData: (data: string) => Promise<void>,
  options: PostgresOptions,
): Promise<PostgresServer> {
  const folder = await makePassingFolder("dwld-postgres-", options);
  try {
    return await startIn(folder, makeData, options);
  } catch (error) {
    await folder.remove();
    throw error;
  }
}

async function startIn(
  folder: PassingFolder,
  makeData: (data: string) => Promise<void>,
  { host = "127.0.0.1", port: fixedPort, tls = false, settings = {}, background = false }: PostgresOptions,
): Promise<PostgresServer> {
  const data = join(folder.path, "data");
  const ownFolder = join(folder.path, "own");
  await giveToDatabaseUser(folder.path);
  await mkdir(ownFolder);
  await giveToDatabaseUser(ownFolder);
  await makeData(data);
  const { certificateFile, keyFile } = await makeCertificate(ownFolder);
  await giveToDatabaseUser(keyFile);
  // Its shared memory is removed with the folder, however it ends.
  const own = { dynamic_shared_memory_type: "mmap" };
  const encryption = tls ? { ssl: true, ssl_cert_file: certificateFile, ssl_key_file: keyFile } : {};
  await appendFile(join(data, "postgresql.conf"), settingsText({ ...own, ...encryption, ...settings }));
  await writeFile(join(data, "pg_hba.conf"), accessRules(tls));

  let port = fixedPort ?? 0;
  let program: ForegroundProgram | undefined;

  async function start(): Promise<void> {
    const address = ["-h", host, "-p", String(port), "-k", ownFolder];
    const started = startProgram(asDatabaseUser(["postgres", "-D", data, ...address]), { background });
    program = started;
    await untilReady("postgres", started, () => /ready to accept (?:read-only )?connections/.test(started.output()));
  }

  async function goAway(how: PostgresEnd = "SIGQUIT"): Promise<void> {
    program?.kill(how);
    await eventually("all processes of postgres have ended", () => processesBelow(data).length === 0);
    // A process that was not waited for keeps its id, and the next server takes it for a running one.
    await program?.waitForEnd(10_000);
  }

  function signalAll(signal: NodeJS.Signals): void {
    for (const { pid } of processesBelow(data)) signalTo(pid, signal);
  }

  async function stop(): Promise<void> {
    signalAll("SIGCONT");
    await goAway();
    await folder.remove();
  }

  const url = (database: string, account: Account = accounts.superuser) =>
    databaseUrl({ host, port }, database, account);
  const query: PostgresServer["query"] = (text, values, database = "postgres") =>
    queryOnce(url(database), text, values);
  if (fixedPort === undefined) await onFreePort((free) => ((port = free), start()));
  else await start();
  return {
    host,
    port,
    data,
    certificateFile,
    url,
    query,
    async set(changed) {
      for (const [name, value] of Object.entries(changed)) await query(`ALTER SYSTEM SET ${name} = ${quoted(value)}`);
      await query("SELECT pg_reload_conf()");
    },
    goAway,
    comeBack: start,
    freeze: () => signalAll("SIGSTOP"),
    thaw: () => signalAll("SIGCONT"),
    stop,
    [Symbol.asyncDispose]: stop,
  };
}

function settingsText(settings: PostgresSettings): string {
  return Object.entries(settings)
    .map(([name, value]) => `${name} = ${quoted(value)}\n`)
    .join("");
}

function quoted(value: string | number | boolean): string {
  return `'${String(value).replaceAll("'", "''")}'`;
}

/** The text of a pg_hba.conf(5): passwords everywhere. */
function accessRules(tls: boolean): string {
  const remote = tls ? "hostssl" : "host";
  return ["local all", `${remote} all`, `${remote} replication`]
    .map((rule) => `${rule} all ${rule.startsWith("local") ? "" : "all "}scram-sha-256\n`)
    .join("");
}
