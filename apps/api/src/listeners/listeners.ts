import { Code, ConnectError } from "@connectrpc/connect";
import { type Configuration, parseAddress } from "@dwld/daemon";
import { limitTable } from "@dwld/limits";
import type { Limits } from "../limits/limits.ts";
import { limitError } from "../rules/limit-error.ts";
import { startGrpcListener } from "./grpc-listener.ts";
import { startHttpListener } from "./http-listener.ts";
import { BoundByAddress } from "./bound-by-address.ts";
import { CallBounds } from "./call-bounds.ts";
import { batchPaths, streamPaths } from "./bounded-paths.ts";
import type { CallerBounds, Listener, ListenerOptions } from "./listener.ts";

/** AddTasks under way: of one address, and of all together, since their requests are large. */
const batches = { mostOfOne: 8, mostOfAll: 32 } as const;

export type Listeners = { grpc: Listener; http: Listener; listening(): boolean; close(): Promise<void> };

/**
 * Opens both listeners, with the same routes: `api.listen` for gRPC over plaintext HTTP/2, `api.http` for HTTP/1.1.
 * Rejects with the error of listen() if an address is taken; then neither is open.
 */
export async function startListeners(
  api: Configuration["api"],
  limits: Limits,
  options: ListenerOptions,
): Promise<Listeners> {
  const { connections, streams } = limits.settings.perAddress;
  const callers: CallerBounds = {
    connections: new BoundByAddress(connections),
    calls: new CallBounds([
      {
        paths: streamPaths,
        places: new BoundByAddress(streams),
        refusal: (holder) => {
          const { pollMs: retryAfterMs } = limitTable.streams;
          const reached = { limit: "streams", subject: "address", holder, most: streams, retryAfterMs } as const;
          limits.note(reached);
          return limitError(reached);
        },
      },
      {
        paths: batchPaths,
        places: new BoundByAddress(batches.mostOfOne, batches.mostOfAll),
        refusal: () =>
          new ConnectError("too many AddTasks are under way; repeat the call in a moment", Code.Unavailable),
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
