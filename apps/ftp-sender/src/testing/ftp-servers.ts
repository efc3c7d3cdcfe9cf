import { Readable } from "node:stream";
import { type FtpServer, type FtpServerOptions, startProftpd, startVsftpd } from "@dwld/testbed";
import type { Destination, Session } from "../destination.ts";
import { createFtpDestination } from "../ftp/ftp-destination.ts";
import type { FtpServerSettings } from "../ftp/open-connection.ts";

/** Each is a program that people use, and different in much of what a client notices. */
export const realServers: readonly { name: string; start: (options?: FtpServerOptions) => Promise<FtpServer> }[] = [
  { name: "vsftpd", start: startVsftpd },
  { name: "ProFTPD", start: startProftpd },
];

export const never = (): AbortSignal => new AbortController().signal;

type Reachable = Pick<FtpServer, "host" | "port" | "user" | "password" | "tls" | "certificateFile">;

export function destinationOf(server: Reachable, changes: Partial<FtpServerSettings> = {}): Destination & Disposable {
  const { host, port, user, password } = server;
  const tls = { mode: server.tls, caFile: server.certificateFile };
  const settings = { host, port, user, readPassword: () => password, tls, idleTimeoutMs: 10_000 };
  const destination = createFtpDestination({ ...settings, ...changes });
  return Object.assign(destination, {
    [Symbol.dispose]: () => {
      destination.close();
    },
  });
}

/** In a session of its own. */
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

/** Tells how many bytes are there afterwards. */
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
