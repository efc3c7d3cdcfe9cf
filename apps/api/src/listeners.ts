import { type Configuration, parseAddress } from "@dwld/daemon";
import { startGrpcListener } from "./grpc-listener.ts";
import { startHttpListener } from "./http-listener.ts";
import type { Listener, ListenerOptions } from "./listener.ts";

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
