import { type RawBuilder, type SqlBool, sql } from "kysely";
import { fixed, query, type Reader, type Transaction } from "../store/database.ts";
import type { HostRow } from "../store/schema-of-hosts.ts";

/** The name of a host, and of its folder for downloads if that is shared with other hosts, else "". */
export type Host = { readonly name: string; readonly shared: string };

/** A host as its own processes know it. */
export type OwnHost = Host & {
  /** Identifies its data folder. */
  readonly dataId: string;
};

/** The folder for downloads, and the disk of that. */
export type DownloadsDisk = { readonly path: string; readonly freeBytes: number; readonly totalBytes: number };

/**
 * The condition on a row of `hosts` that its files are within the reach of a host: its own, those of hosts with which it
 * shares its folder for downloads, and those from before hosts had names.
 */
export function isWithinReach({ name, shared }: Host): RawBuilder<SqlBool> {
  return sql<SqlBool>`(hosts.name IN ('', ${name}) OR (hosts.shared <> '' AND hosts.shared = ${shared}))`;
}

/** Returns what `isWithinReach` says, of rows that were read. */
export function reachesFiles(own: Host, other: Host): boolean {
  return ["", own.name].includes(other.name) || (other.shared !== "" && other.shared === own.shared);
}

/** Enters a host in the table when a process of it does. One that was declared gone is expected back from then on. */
export async function enterHost(transaction: Transaction, { name, shared }: Host, now: number): Promise<void> {
  await transaction.run(fixed(entry, name, shared, now, now));
}

const entry = `
  INSERT INTO hosts (name, shared, first_seen_at, seen_at) VALUES (?, ?, ?, ?)
  ON CONFLICT (name) DO UPDATE SET shared = excluded.shared, seen_at = excluded.seen_at,
    heartbeat = hosts.heartbeat + 1, silent_ms = 0, forgotten_at = NULL`;

/** Records a sign of life of a host, and its disk if the process knows it. */
export async function countHeartbeat(
  transaction: Transaction,
  { name }: Host,
  { disk, now }: { disk: DownloadsDisk | undefined; now: number },
): Promise<void> {
  await transaction.run(
    query
      .updateTable("hosts")
      .set({ heartbeat: sql<number>`heartbeat + 1`, silent_ms: 0, seen_at: now })
      .$if(disk !== undefined, (statement) =>
        statement.set({ downloads: disk?.path, free_bytes: disk?.freeBytes, total_bytes: disk?.totalBytes }),
      )
      .where("name", "=", name),
  );
}

/** Returns the hosts, and those that were declared gone, without the nameless one. */
export async function allHosts(database: Reader): Promise<HostRow[]> {
  return await database.all(query.selectFrom("hosts").selectAll().where("name", "<>", "").orderBy("name"));
}

/** Returns a host, even one that was declared gone. */
export async function findHost(database: Reader, name: string): Promise<HostRow | undefined> {
  return await database.get(query.selectFrom("hosts").selectAll().where("name", "=", name));
}

/** Returns the names of the hosts whose files are within the reach of one. */
export async function hostsWithinReach(database: Reader, { name, shared }: Host): Promise<string[]> {
  const sharing = "SELECT name FROM hosts WHERE shared <> '' AND shared = ?";
  const others = await database.all(fixed<{ name: string }>(sharing, shared));
  return [...new Set(["", name, ...others.map((other) => other.name)])];
}

/** Returns whether somebody may still deliver the files of a host: it is expected back, or others have its folder. */
export async function keepsFiles(database: Reader, name: string): Promise<boolean> {
  const host = await findHost(database, name);
  return host !== undefined && (host.forgotten_at === null || (await isSharedWithOthers(database, name)));
}

/** Returns whether a host shares its folder for downloads with another one that is expected back. */
export async function isSharedWithOthers(database: Reader, name: string): Promise<boolean> {
  return (await database.get(fixed(sharedWith, name))) !== undefined;
}

const sharedWith = `
  SELECT 1 FROM hosts CROSS JOIN hosts AS other
  WHERE hosts.name = ? AND hosts.shared <> '' AND other.shared = hosts.shared AND other.name <> hosts.name
    AND other.forgotten_at IS NULL LIMIT 1`;
