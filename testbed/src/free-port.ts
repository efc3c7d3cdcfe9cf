import { once } from "node:events";
import { createServer, type AddressInfo } from "node:net";

/**
 * Ports on 127.0.0.1 that were free a moment ago, all different.
 * Another process may take one before its user listens there: whoever starts a program on it tries again.
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

/** One port on 127.0.0.1 that was free a moment ago. */
export async function freePort(): Promise<number> {
  const [port] = await freePorts(1);
  if (port === undefined) throw new Error("The kernel gave no free port.");
  return port;
}

/** How vsftpd, memcached and dwld say it. */
const taken = /could not bind|already in use|is taken by another program/;

/**
 * Calls `start` with a free port, and again with another one where somebody has taken it in between: where the error
 * says so. Throws what the third try threw.
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
