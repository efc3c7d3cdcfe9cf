import { lstatSync, mkdirSync, renameSync, rmSync, statSync } from "node:fs";
import { connect, type Server } from "node:net";
import { dirname } from "node:path";
import { errorCode } from "@dwld/text";

/** A UNIX socket cannot be opened. The message says what to do. */
class SocketError extends Error {
  override readonly name = "SocketError";
  readonly code = "socket";
}

/** Bytes of a path in sockaddr_un (unix(7)), less the final zero and those of the temporary name. */
const maxPathBytes = 107 - ".new".length;

/** Returns whether a path is short enough for a UNIX socket. */
export function fitsSocket(path: string): boolean {
  return Buffer.byteLength(path) <= maxPathBytes;
}

/**
 * Listens on a UNIX socket. The user alone may connect; in the runtime folder of a unit, if it is closed to others, the
 * group as well: elsewhere the group may be one that all users share.
 * The file takes its name when it is ready, in place of a stale one, and stays after the end: removing it could hit the
 * socket of a successor.
 *
 * @param ofUnit whether its folder is the runtime folder of a unit.
 * @throws SocketError
 */
export async function listenAtSocket(server: Server, path: string, ofUnit: boolean): Promise<void> {
  if (!fitsSocket(path))
    throw new SocketError(
      `the path ${path} is longer than the ${maxPathBytes} bytes of a UNIX socket; name a shorter one`,
    );
  await refuseTaken(path);
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  server.once("error", reject);
  try {
    mkdirSync(dirname(path), { recursive: true, mode: 0o750 });
    rmSync(`${path}.new`, { force: true });
    listenWithMode(server, `${path}.new`, modeIn(dirname(path), ofUnit), resolve);
    await promise;
    renameSync(`${path}.new`, path);
  } catch (error) {
    server.close();
    throw new SocketError(`the UNIX socket ${path} cannot be opened (${errorCode(error)}); name another path`, {
      cause: error,
    });
  } finally {
    server.off("error", reject);
  }
}

function modeIn(folder: string, ofUnit: boolean): number {
  return ofUnit && (statSync(folder).mode & 0o007) === 0 ? 0o660 : 0o600;
}

/** Gives the file its mode at its birth: nobody connects before a chmod. Node binds within the call. */
function listenWithMode(server: Server, path: string, mode: number, listening: () => void): void {
  const before = process.umask(0o777 & ~mode);
  try {
    server.listen(path, listening);
  } finally {
    process.umask(before);
  }
}

/** @throws SocketError if another process listens there, or the file is no socket. */
async function refuseTaken(path: string): Promise<void> {
  const known = lstatSync(path, { throwIfNoEntry: false });
  if (known === undefined) return;
  if (!known.isSocket()) throw new SocketError(`${path} is no socket, and is left as it is; name another path`);
  if (await answers(path)) throw new SocketError(`another process listens on ${path}; stop it, or name another path`);
}

async function answers(path: string): Promise<boolean> {
  const { promise, resolve } = Promise.withResolvers<boolean>();
  const socket = connect(path, () => resolve(true));
  socket.once("error", (error) => resolve(errorCode(error) !== "ECONNREFUSED" && errorCode(error) !== "ENOENT"));
  const isTaken = await promise;
  socket.destroy();
  return isTaken;
}
