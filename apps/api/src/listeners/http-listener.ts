import { createServer } from "node:http";
import type { Socket } from "node:net";
import { type Address, closeServer, listenAt, ownHosts } from "@dwld/daemon";
import type { CallerBounds, Listener, ListenerOptions } from "./listener.ts";
import { closeIdleEveryMs, http1Limits } from "./limits.ts";
import { receiveRequests } from "./receive-requests.ts";

/** Opens a listener for Connect, gRPC-Web and JSON over HTTP/1.1. It refuses other hosts and foreign origins. */
export async function startHttpListener(
  address: Address,
  hosts: readonly string[],
  { connections, calls }: CallerBounds,
  { routes, logger, killing }: ListenerOptions,
): Promise<Listener> {
  const server = createServer(
    {
      maxHeaderSize: http1Limits.headerBytes,
      headersTimeout: http1Limits.headersMs,
      requestTimeout: http1Limits.requestMs,
      keepAliveTimeout: http1Limits.keepAliveMs,
      connectionsCheckingInterval: 1000,
    },
    receiveRequests({ routes, logger, calls, own: ownHosts(hosts, address.host) }),
  );
  server.maxConnections = http1Limits.connections;
  // Runs before Node reads from the socket, within the same event.
  server.prependListener("connection", (socket: Socket) => {
    const release = connections.admit(socket.remoteAddress);
    if (release !== undefined) {
      socket.once("close", release);
      return;
    }
    logger.debug({ address: socket.remoteAddress }, "a connection beyond the limit");
    socket.destroy();
  });
  server.setTimeout(http1Limits.idleMs);
  const bound = await listenAt(server, address);
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
      const timer = setInterval(() => {
        server.closeIdleConnections();
      }, closeIdleEveryMs);
      server.closeIdleConnections();
      await ended;
      clearInterval(timer);
    },
  };
}
