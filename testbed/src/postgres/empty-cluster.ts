import { createHash, randomUUID } from "node:crypto";
import { mkdir, rename, rm, stat, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { execa } from "execa";
import { asDatabaseUser, databaseUserId, giveToDatabaseUser } from "./database-user.ts";
import { accounts, type Account } from "./accounts.ts";

const kept = resolve(import.meta.dirname, "../../../.tools/clusters");

/** Holds the password of the owner, for `database.passwordFile`. It is there when there is a cluster. */
export const passwordFile = join(kept, `${accounts.owner.name}.password`);

/**
 * Text sorts as a language does, as on most servers and unlike in SQLite: a query that relies on the order of bytes shows.
 */
const locale = ["--locale=C.UTF-8", "--locale-provider=icu", "--icu-locale=en"];

/** Logins by passwords, real but cheap: thousands of connections are made. */
const settings = ["--auth=scram-sha-256", "--set=scram_iterations=1", "--no-sync", "--no-instructions"];

/**
 * Copies an empty cluster with the accounts of the tests to `data`, a folder that is not there yet. It is made once for a
 * version of PostgreSQL and kept below .tools/: initdb takes ten times as long as the copy.
 */
export async function copyEmptyCluster(data: string): Promise<void> {
  const { stdout: version } = await execa("postgres", ["--version"]);
  const recipe = JSON.stringify([version, locale, settings, accounts, passwordFile]);
  const name = createHash("sha256").update(recipe).digest("hex").slice(0, 12);
  const cluster = join(kept, `${name}-${databaseUserId}`);
  await stat(cluster).catch(() => makeEmptyCluster(cluster));
  await execa("cp", ["-a", cluster, data]);
}

/** Makes it under another name first: several processes may do it at once, and any may be killed. */
async function makeEmptyCluster(cluster: string): Promise<void> {
  const making = join(kept, `new-${randomUUID()}`);
  const superuserFile = `${making}.password`;
  await mkdir(making, { recursive: true });
  try {
    await giveToDatabaseUser(making);
    await writeFile(passwordFile, `${accounts.owner.password}\n`);
    await writeFile(superuserFile, accounts.superuser.password);
    await giveToDatabaseUser(superuserFile);
    await run(
      ["initdb", `--username=${accounts.superuser.name}`, `--pwfile=${superuserFile}`, ...locale, ...settings, making],
      "",
    );
    await run(["postgres", "--single", "-D", making, "postgres"], createAccount(accounts.owner));
    await rename(making, cluster);
  } catch (error) {
    const isThere = await stat(cluster).catch(() => undefined);
    if (isThere === undefined) throw error;
  } finally {
    await rm(making, { recursive: true, force: true });
    await rm(superuserFile, { force: true });
  }
}

async function run(command: readonly [string, ...string[]], input: string): Promise<void> {
  const [program, ...args] = asDatabaseUser(command);
  await execa(program, args, { input });
}

function createAccount({ name, password }: Account): string {
  return `CREATE ROLE ${name} LOGIN PASSWORD '${password}';\n`;
}
