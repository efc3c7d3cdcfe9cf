import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { startProgram, untilReady, type ForegroundProgram } from "../foreground-program.ts";
import { onFreePort } from "../free-port.ts";
import { makePassingFolder } from "../passing-folder.ts";
import { accounts, type DatabaseAddress } from "./accounts.ts";
import { asDatabaseUser, giveToDatabaseUser } from "./database-user.ts";

export interface PgbouncerOptions {
  server: DatabaseAddress;
  /** Further settings of pgbouncer.ini(5). */
  settings?: Readonly<Record<string, string | number>>;
}

export interface Pgbouncer extends DatabaseAddress, AsyncDisposable {
  /** Ends the program; the address stays. */
  goAway(): Promise<void>;
  comeBack(): Promise<void>;
  stop(): Promise<void>;
}

/** Starts a real pgbouncer in transaction mode that leads to all databases of a server, for the accounts of the tests. */
export async function startPgbouncer({ server, settings = {} }: PgbouncerOptions): Promise<Pgbouncer> {
  const folder = await makePassingFolder("dwld-pgbouncer-");
  const host = "127.0.0.1";
  const settingsFile = join(folder.path, "pgbouncer.ini");
  const accountsFile = join(folder.path, "accounts");
  let program: ForegroundProgram | undefined;
  let port = 0;

  async function start(): Promise<void> {
    const started = startProgram(asDatabaseUser(["pgbouncer", settingsFile]));
    program = started;
    await untilReady("pgbouncer", started, () => started.output().includes("process up"));
  }

  async function startAt(free: number): Promise<void> {
    port = free;
    const own = { listen_addr: host, listen_port: port, unix_socket_dir: "", pool_mode: "transaction" };
    await writeFile(settingsFile, settingsText(server, { ...own, ...access, ...settings }));
    await start();
  }

  async function goAway(): Promise<void> {
    program?.kill("SIGQUIT");
    await program?.waitForEnd(10_000);
  }

  async function stop(): Promise<void> {
    await goAway();
    await folder.remove();
  }

  const access = { auth_type: "scram-sha-256", auth_file: accountsFile };
  try {
    await giveToDatabaseUser(folder.path);
    await writeFile(accountsFile, accountsText());
    await onFreePort(startAt);
  } catch (error) {
    await folder.remove();
    throw error;
  }
  return {
    host,
    port,
    goAway,
    comeBack: start,
    stop,
    [Symbol.asyncDispose]: stop,
  };
}

function settingsText({ host, port }: DatabaseAddress, settings: Readonly<Record<string, string | number>>): string {
  const lines = Object.entries(settings).map(([name, value]) => `${name} = ${value}`);
  return ["[databases]", `* = host=${host} port=${port}`, "[pgbouncer]", ...lines, ""].join("\n");
}

/** It logs in to the server by them, too. */
function accountsText(): string {
  return Object.values(accounts)
    .map(({ name, password }) => `"${name}" "${password}"\n`)
    .join("");
}
