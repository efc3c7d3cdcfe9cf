import { createServer } from "node:http";
import type { Socket } from "node:net";
import { connectNodeAdapter } from "@connectrpc/connect-node";
import { type Address, closeServer, listenAt, ownHosts, refuseOrigin } from "@dwld/daemon";
import type { CallerBounds, Listener, ListenerOptions } from "./listener.ts";
import { routerOptions } from "./router-options.ts";
import { answerWelcome } from "./welcome/answer-welcome.ts";

const limits = {
  connections: 1000,
  headerBytes: 16 * 1024,
  headersMs: 10_000,
  /** How long the whole request may take to arrive; the answer has no limit. */
  requestMs: 30_000,
  keepAliveMs: 60_000,
  /** A connection on which no byte moves for this long is closed. A stream has a heartbeat every 5 s. */
  idleMs: 120_000,
} as const;

/** How often idle connections are closed while the server shuts down, ms. */
const closeIdleEveryMs = 50;

/** Opens a listener for Connect, gRPC-Web and JSON over HTTP/1.1. It refuses other hosts and foreign origins. */
export async function startHttpListener(
  address: Address,
  hosts: readonly string[],
  { connections, calls }: CallerBounds,
  { routes, logger, killing }: ListenerOptions,
): Promise<Listener> {
  const handle = connectNodeAdapter({ ...routerOptions(logger), routes, contextValues: calls.contextOf });
  const own = ownHosts(hosts, address.host);
  const server = createServer(
    {
      maxHeaderSize: limits.headerBytes,
      headersTimeout: limits.headersMs,
      requestTimeout: limits.requestMs,
      keepAliveTimeout: limits.keepAliveMs,
      connectionsCheckingInterval: 1000,
    },
    (request, response) => {
      const { host, origin } = request.headers;
      const refusal = refuseOrigin({ host, origin, localAddress: request.socket.localAddress }, own);
      if (refusal === undefined) {
        if (answerWelcome(request, response)) return;
        calls.count(request, response);
        handle(request, response);
        return;
      }
      response.writeHead(403, { "content-type": "text/plain; charset=utf-8", connection: "close" });
      response.end(`${refusal}\n`);
    },
  );
  server.maxConnections = limits.connections;
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
  server.setTimeout(limits.idleMs);
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
