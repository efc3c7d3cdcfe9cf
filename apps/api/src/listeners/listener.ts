import type { Server as HttpServer } from "node:http";
import type { Http2Server } from "node:http2";
import type { ConnectRouter } from "@connectrpc/connect";
import type { Address, Logger } from "@dwld/daemon";
import type { BoundByAddress } from "./bound-by-address.ts";
import type { StreamBound } from "./stream-bound.ts";

export type Listener = {
  /** Where it listens, with the port the system chose for port 0. */
  readonly address: Address;
  listening(): boolean;
  /** Takes nothing new, and resolves when everything that runs has ended; at once from `killing` on. */
  close(): Promise<void>;
};

export type ListenerOptions = {
  routes: (router: ConnectRouter) => void;
  logger: Logger;
  /** What runs is cut off from now on. */
  killing: AbortSignal;
};

/** For all listeners together. */
export type CallerBounds = { connections: BoundByAddress; streams: StreamBound };

/** Rejects with the error of listen(). */
export async function listenAt(server: HttpServer | Http2Server, { host, port }: Address): Promise<Address> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  server.once("error", reject);
  server.listen(port, host, resolve);
  await promise;
  server.off("error", reject);
  const bound = server.address();
  return { host, port: typeof bound === "object" && bound !== null ? bound.port : port };
}

/** Resolves when the server has closed, its connections with it; `destroy` is called when `killing` is aborted. */
export async function closed(
  server: HttpServer | Http2Server,
  killing: AbortSignal,
  destroy: () => void,
): Promise<void> {
  if (!server.listening) return;
  const { promise, resolve } = Promise.withResolvers<void>();
  server.close(() => {
    resolve();
  });
  if (killing.aborted) destroy();
  killing.addEventListener("abort", destroy, { once: true });
  await promise;
  killing.removeEventListener("abort", destroy);
}
