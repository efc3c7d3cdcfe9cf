import { createServer } from "node:http";
import type { Server, Socket } from "node:net";
import { closeServer } from "@dwld/daemon";
import type { Door } from "../access/gate.ts";
import type { CallerBounds, Listener, ListenerOptions } from "./listener.ts";
import { closeIdleEveryMs, http1Limits } from "./limits.ts";
import { receiveRequests } from "./receive-requests.ts";
import { SilentConnections } from "./silent-connections.ts";

/** Where an HTTP listener is opened. `listen` opens it, and returns where it is then. */
export type HttpPlace<Bound> = {
  readonly door: Door;
  /** The names that it answers to, besides those of loopback. */
  readonly own: ReadonlySet<string>;
  readonly listen: (server: Server) => Promise<Bound>;
};

/** Opens a listener for Connect, gRPC-Web and JSON over HTTP/1.1. It refuses other hosts and foreign origins. */
export async function startHttpListener<Bound>(
  { door, own, listen }: HttpPlace<Bound>,
  { connections, calls }: CallerBounds,
  { killing, ...options }: ListenerOptions,
): Promise<Listener<Bound>> {
  const { logger } = options;
  const server = createServer(
    {
      maxHeaderSize: http1Limits.headerBytes,
      headersTimeout: http1Limits.headersMs,
      requestTimeout: http1Limits.requestMs,
      keepAliveTimeout: http1Limits.keepAliveMs,
      connectionsCheckingInterval: 5000,
    },
    receiveRequests({ ...options, calls, door, own }),
  );
  server.maxConnections = http1Limits.connections;
  const silent = new SilentConnections();
  // Runs before Node reads from the socket, within the same event.
  server.prependListener("connection", (socket: Socket) => {
    const release = connections.admit(socket.remoteAddress);
    if (release !== undefined) {
      socket.once("close", release);
      silent.add(socket);
      return;
    }
    logger.debug({ address: socket.remoteAddress }, "a connection beyond the limit");
    socket.destroy();
  });
  server.setTimeout(http1Limits.idleMs);
  const bound = await listen(server);
  server.on("error", (error) => {
    logger.error({ err: error }, "the HTTP listener failed");
  });
  return {
    address: bound,
    listening: () => server.listening,
    close: async () => {
      const ended = closeServer(server, killing, () => {
        server.closeAllConnections();
      });
      const closeIdle = () => {
        server.closeIdleConnections();
        silent.end();
      };
      const timer = setInterval(closeIdle, closeIdleEveryMs);
      closeIdle();
      await ended;
      clearInterval(timer);
    },
  };
}
