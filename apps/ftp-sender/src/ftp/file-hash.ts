import type { HashAlgorithm } from "@dwld/delivery";
import type { FtpConnection } from "./connection.ts";
import { readHash } from "./hash-reply.ts";
import type { HashCommand } from "./features.ts";

/** The rate of the slowest server: a NAS with a busy disk. */
const minBytesPerMs = 4_000_000 / 1000;

/** Returns the time-out of a hash in milliseconds, which grows with the file. */
export function hashTimeoutMs(sizeBytes: number, idleTimeoutMs: number): number {
  return idleTimeoutMs + Math.ceil(sizeBytes / minBytesPerMs);
}

/** Returns the hash of a file, by the first command for the algorithm that the server obeys; undefined: it obeys none. */
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
 * Returns the spellings of a path to be tried. HASH and MD5 take the rest of the line for the path. The X commands allow a
 * range behind it: ProFTPD refuses a path with spaces without quotation marks, and others take the marks for part of it.
 */
function argumentsOf({ command }: HashCommand, path: string): string[] {
  if (!command.startsWith("X")) return [path];
  return /[\s"]/u.test(path) ? [`"${path}"`, path] : [path];
}

/** Chooses the algorithm of HASH, which is a state of the connection. Returns false if the server refuses. */
async function choose(connection: FtpConnection, { name }: HashCommand): Promise<boolean> {
  if (name === undefined || connection.hashName === name) return true;
  const { code } = await connection.client.sendIgnoringError(`OPTS HASH ${name}`);
  if (code >= 300) return false;
  connection.hashName = name;
  return true;
}
