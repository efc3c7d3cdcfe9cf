import type { HashAlgorithm } from "@dwld/delivery";
import type { FtpConnection } from "./connection.ts";
import { readHash } from "./hash-reply.ts";
import type { HashCommand } from "./features.ts";

/** A server reads its disk and computes at least as fast: the slowest NAS with its disk busy. */
const slowestBytesPerMs = 4_000_000 / 1000;

/** How long the hash of so many bytes may take until it is taken for stalled, in milliseconds. */
export function hashTimeoutMs(sizeBytes: number, idleTimeoutMs: number): number {
  return idleTimeoutMs + Math.ceil(sizeBytes / slowestBytesPerMs);
}

/** The hash of a file on the server, by the first of the commands for an algorithm that it obeys; undefined: none. */
export async function askHash(
  connection: FtpConnection,
  algorithm: HashAlgorithm,
  path: string,
): Promise<string | undefined> {
  for (const hash of connection.features.hashes.filter((offered) => offered.algorithm === algorithm))
    for (const argument of argumentsOf(hash, path)) {
      if (!(await choose(connection, hash))) continue;
      const { code, message } = await connection.client.sendIgnoringError(`${hash.command} ${argument}`);
      const found = code < 300 ? readHash(message, algorithm, path) : undefined;
      if (found !== undefined) return found;
    }
  return undefined;
}

/**
 * HASH and MD5 take the rest of the line for the path. The X commands may have a range behind it, and ProFTPD's refuse a
 * path with spaces that is not in quotation marks; others take the marks for a part of it.
 */
function argumentsOf({ command }: HashCommand, path: string): string[] {
  if (!command.startsWith("X")) return [path];
  return /[\s"]/u.test(path) ? [`"${path}"`, path] : [path];
}

/** Which hash HASH computes is a state of the connection. */
async function choose(connection: FtpConnection, { name }: HashCommand): Promise<boolean> {
  if (name === undefined || connection.hashName === name) return true;
  const { code } = await connection.client.sendIgnoringError(`OPTS HASH ${name}`);
  if (code >= 300) return false;
  connection.hashName = name;
  return true;
}
