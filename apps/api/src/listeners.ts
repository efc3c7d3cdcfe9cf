import type { Server as HttpServer } from "node:http";
import type { Http2Server } from "node:http2";
import { type Address, type Configuration, type Logger, parseAddress } from "@dwld/daemon";
import type { ConnectRouter } from "@connectrpc/connect";
import { startGrpcListener } from "./grpc-listener.ts";
import { startHttpListener } from "./http-listener.ts";

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

export type Listeners = { grpc: Listener; http: Listener; listening(): boolean; close(): Promise<void> };

/**
 * Opens both listeners, with the same routes: `api.listen` for gRPC over plaintext HTTP/2, `api.http` for HTTP/1.1.
 * Rejects with the error of listen() where an address cannot be had; then neither is open.
 */
export async function startListeners(api: Configuration["api"], options: ListenerOptions): Promise<Listeners> {
  const grpc = await startGrpcListener(parseAddress(api.listen), options);
  try {
    const http = await startHttpListener(parseAddress(api.http), api.hosts, options);
    return {
      grpc,
      http,
      listening: () => grpc.listening() && http.listening(),
      close: async () => {
        await Promise.all([grpc.close(), http.close()]);
      },
    };
  } catch (error) {
    await grpc.close();
    throw error;
  }
}

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
