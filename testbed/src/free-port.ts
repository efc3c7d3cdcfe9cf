import { once } from "node:events";
import { createServer, type AddressInfo } from "node:net";

/**
 * Returns different ports on 127.0.0.1 that are free now. Another process may take one before it is used: see
 * `onFreePort`.
 */
export async function freePorts(count: number): Promise<number[]> {
  const servers = Array.from({ length: count }, () => createServer().listen(0, "127.0.0.1"));
  await Promise.all(servers.map((server) => once(server, "listening")));
  const ports = servers.map((server) => (server.address() as AddressInfo).port);
  await Promise.all(
    servers.map((server) => {
      const closed = once(server, "close");
      server.close();
      return closed;
    }),
  );
  return ports;
}

/** Returns a port on 127.0.0.1 that is free now. */
export async function freePort(): Promise<number> {
  const [port] = await freePorts(1);
  if (port === undefined) throw new Error("The kernel gave no free port.");
  return port;
}

/** The words of vsftpd, memcached and dwld for a port that is taken. */
const taken = /could not bind|already in use|is taken by another program/;

/**
 * Calls `start` with a free port, and with another one if the error says that the port was taken. Throws the error of the
 * third call.
 */
export async function onFreePort<T>(start: (port: number) => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await start(await freePort());
    } catch (error) {
      if (attempt === 3 || !(error instanceof Error) || !taken.test(error.message)) throw error;
    }
  }
}
