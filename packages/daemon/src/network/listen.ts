import type { Server } from "node:net";
import type { Address } from "./listen-address.ts";

/** Listens on an address. Returns it with the port that the system chose for port 0. @throws the error of listen(). */
export async function listenAt(server: Server, { host, port }: Address): Promise<Address> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  server.once("error", reject);
  server.listen(port, host, resolve);
  await promise;
  server.off("error", reject);
  const bound = server.address();
  return { host, port: typeof bound === "object" && bound !== null ? bound.port : port };
}

/** Closes a server, and waits until its connections have ended. `cutOff`, which ends them, is called on `killing`. */
export async function closeServer(server: Server, killing: AbortSignal, cutOff: () => void): Promise<void> {
  if (!server.listening) return;
  const { promise, resolve } = Promise.withResolvers<void>();
  server.close(() => resolve());
  if (killing.aborted) cutOff();
  killing.addEventListener("abort", cutOff, { once: true });
  await promise;
  killing.removeEventListener("abort", cutOff);
}
