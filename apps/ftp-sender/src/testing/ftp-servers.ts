import { Readable } from "node:stream";
import assert from "node:assert/strict";
import {
  type FtpAnswer,
  type FtpScript,
  type FtpServer,
  type FtpServerOptions,
  startProftpd,
  startScriptedFtp,
  startVsftpd,
} from "@dwld/testbed";
import { type Destination, DestinationError, type Session } from "@dwld/delivery";
import { createFtpDestination } from "../ftp/ftp-destination.ts";
import type { FtpServerSettings } from "../ftp/open-connection.ts";

/** Programs that people use, and that differ in much of what a client notices. */
export const realServers: readonly { name: string; start: (options?: FtpServerOptions) => Promise<FtpServer> }[] = [
  { name: "vsftpd", start: startVsftpd },
  { name: "ProFTPD", start: startProftpd },
];

export const never = (): AbortSignal => new AbortController().signal;

type Reachable = Pick<FtpServer, "host" | "port" | "user" | "password"> &
  Partial<Pick<FtpServer, "tls" | "certificateFile">>;

/** @returns the settings of a destination, and one that reads them at each session. */
export function changingDestinationOf({ host, port, user, password }: Reachable) {
  const state: { settings: FtpServerSettings } = {
    settings: { host, port, user, password, tls: { mode: "none" }, idleTimeoutMs: 10_000 },
  };
  return { state, destination: createFtpDestination(() => state.settings) };
}

export function destinationOf(server: Reachable, changes: Partial<FtpServerSettings> = {}): Destination & Disposable {
  const { host, port, user, password } = server;
  const { tls: mode = "none", certificateFile: caFile } = server;
  const tls = { mode, ...(caFile === undefined ? {} : { caFile }) };
  const settings = { host, port, user, password, tls, idleTimeoutMs: 10_000, ...changes };
  const destination = createFtpDestination(() => ({ ...settings }));
  return Object.assign(destination, {
    [Symbol.dispose]: () => {
      destination.close();
    },
  });
}

/** Runs in a session of its own. */
export async function inSession<Result>(
  destination: Destination,
  use: (session: Session) => Promise<Result>,
): Promise<Result> {
  const session = await destination.connect(never());
  try {
    return await use(session);
  } finally {
    session.release();
  }
}

/** Returns the bytes that are there afterwards. */
export async function upload(
  destination: Destination,
  path: string,
  bytes: string | Buffer,
): Promise<number | undefined> {
  return await inSession(destination, async (session) => {
    await session.put(path, Readable.from([Buffer.from(bytes)]));
    return await session.size(path);
  });
}

/** Returns a script that answers one command instead of carrying it out; "" is the connection itself. */
export const answering =
  (asked: string, answer: FtpAnswer): NonNullable<FtpScript["onCommand"]> =>
  (command) =>
    command.split(" ")[0] === asked ? answer : undefined;

/** Returns the failure of a session with a scripted server. */
export async function failureOf(
  script: FtpScript,
  use: (session: Session) => Promise<unknown>,
  changes: Partial<FtpServerSettings> = {},
): Promise<DestinationError> {
  await using server = await startScriptedFtp(script);
  using destination = destinationOf(server, changes);
  try {
    await inSession(destination, use);
  } catch (error) {
    if (error instanceof DestinationError) return error;
    throw error;
  }
  return assert.fail("it did not fail");
}
