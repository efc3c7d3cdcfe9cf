import { Code, ConnectError } from "@connectrpc/connect";
import { type Configuration, parseAddress } from "@dwld/daemon";
import { startGrpcListener } from "./grpc-listener.ts";
import { startHttpListener } from "./http-listener.ts";
import { BoundByAddress } from "./bound-by-address.ts";
import { CallBounds } from "./call-bounds.ts";
import { batchPaths, streamPaths } from "./bounded-paths.ts";
import type { CallerBounds, Listener, ListenerOptions } from "./listener.ts";

/**
 * Bounds of one address over both listeners, and of all addresses together for calls whose requests are large. A reverse
 * proxy has one address for all of its clients. Each stream of HTTP/1.1 has a connection of its own, and the rest of the
 * connections is for other calls.
 */
const limits = { connections: 500, streams: 400, batches: 8, batchesOfAll: 32 } as const;

export type Listeners = { grpc: Listener; http: Listener; listening(): boolean; close(): Promise<void> };

/**
 * Opens both listeners, with the same routes: `api.listen` for gRPC over plaintext HTTP/2, `api.http` for HTTP/1.1.
 * Rejects with the error of listen() if an address is taken; then neither is open.
 */
export async function startListeners(api: Configuration["api"], options: ListenerOptions): Promise<Listeners> {
  const callers: CallerBounds = {
    connections: new BoundByAddress(limits.connections),
    calls: new CallBounds([
      {
        paths: streamPaths,
        places: new BoundByAddress(limits.streams),
        refusal: new ConnectError(
          `this address holds ${limits.streams} streams already; end one, or watch more tasks by each`,
          Code.ResourceExhausted,
        ),
      },
      {
        paths: batchPaths,
        places: new BoundByAddress(limits.batches, limits.batchesOfAll),
        refusal: new ConnectError("too many AddTasks are under way; repeat the call in a moment", Code.Unavailable),
      },
    ]),
  };
  const grpc = await startGrpcListener(parseAddress(api.listen), callers, options);
  try {
    const http = await startHttpListener(parseAddress(api.http), api.hosts, callers, options);
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
