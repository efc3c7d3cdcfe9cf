import {
  createSecureServer,
  Http2ServerRequest,
  type Http2SecureServer,
  type Http2ServerResponse,
  type ServerHttp2Session,
} from "node:http2";
import type { IncomingMessage, ServerResponse } from "node:http";
import type { Socket } from "node:net";
import type { TLSSocket } from "node:tls";
import { type Address, closeServer, listenAt, ownHosts } from "@dwld/daemon";
import { guardRequest, guardSession } from "../http2-guards.ts";
import { closeIdleEveryMs, http1Limits, http2Limits } from "../limits.ts";
import type { CallerBounds, Listener, ListenerOptions } from "../listener.ts";
import { receiveRequests } from "../receive-requests.ts";
import { SilentConnections } from "../silent-connections.ts";
import type { ServerCertificate } from "./server-certificate.ts";

/** How long a TLS handshake may take, ms. */
const handshakeMs = 10_000;

/** Options that a listener in the clear does not have. */
export type TlsListenerOptions = { hosts: readonly string[]; certificate: ServerCertificate };

/** @types/node lacks it. */
type BothVersions = Http2SecureServer & { closeIdleConnections(): void };

/**
 * Opens a listener for all protocols over TLS: HTTP/2 or HTTP/1.1, as the client chooses by ALPN. The bounds of the
 * listeners in the clear hold for the version that was chosen.
 */
export async function startTlsListener(
  address: Address,
  { hosts, certificate }: TlsListenerOptions,
  { connections, calls }: CallerBounds,
  { killing, ...options }: ListenerOptions,
): Promise<Listener> {
  const { logger } = options;
  const named = ownHosts(hosts, address.host);
  const own = { has: (host: string) => named.has(host) || certificate.has(host) };
  const receive = receiveRequests({ ...options, calls, door: "network", own });
  const server = createSecureServer({
    ...certificate.context,
    allowHTTP1: true,
    handshakeTimeout: handshakeMs,
    settings: { maxConcurrentStreams: http2Limits.streams, maxHeaderListSize: http2Limits.headerBytes },
    maxSessionMemory: 10,
    maxHeaderSize: http1Limits.headerBytes,
    headersTimeout: http1Limits.headersMs,
    requestTimeout: http1Limits.requestMs,
    keepAliveTimeout: http1Limits.keepAliveMs,
    connectionsCheckingInterval: 5000,
  } as Parameters<typeof createSecureServer>[0]) as BothVersions;
  certificate.keep(server);
  server.maxConnections = http1Limits.connections;
  // Without a listener for "timeout", which would have to end each connection itself.
  server.setTimeout(http1Limits.idleMs);

  const sockets = new Set<Socket>();
  server.prependListener("connection", (socket: Socket) => {
    const release = connections.admit(socket.remoteAddress);
    if (release === undefined) {
      logger.debug({ address: socket.remoteAddress }, "a connection beyond the limit");
      socket.destroy();
      return;
    }
    sockets.add(socket);
    socket.once("close", () => {
      sockets.delete(socket);
      release();
    });
  });

  const sessions = new Set<ServerHttp2Session>();
  const silent = new SilentConnections();
  let connecting: TLSSocket | undefined;
  // Runs before Node makes a session of the socket, within the same event.
  server.prependListener("secureConnection", (socket: TLSSocket) => {
    connecting = socket;
    silent.add(socket);
  });
  server.on("session", (session) => {
    const socket = connecting;
    sessions.add(session);
    session.once("close", () => sessions.delete(session));
    guardSession(session, logger, () => {
      session.destroy();
      socket?.destroy();
    });
  });
  for (const event of ["sessionError", "tlsClientError"] as const)
    server.on(event, (error: Error) => {
      logger.debug({ err: error }, "a connection failed");
    });

  server.on(
    "request",
    (request: Http2ServerRequest | IncomingMessage, response: Http2ServerResponse | ServerResponse) => {
      if (request instanceof Http2ServerRequest) guardRequest(request, response as Http2ServerResponse);
      receive(request, response);
    },
  );

  const bound = await listenAt(server, address);
  server.on("error", (error) => {
    logger.error({ err: error }, "the TLS listener failed");
  });
  return {
    address: bound,
    listening: () => server.listening,
    // Node sends GOAWAY on every connection of HTTP/2, and closes each after its last stream.
    close: async () => {
      const ended = closeServer(server, killing, () => {
        for (const session of sessions) session.destroy();
        for (const socket of sockets) socket.destroy();
      });
      const timer = setInterval(() => {
        server.closeIdleConnections();
        silent.end();
      }, closeIdleEveryMs);
      await ended;
      clearInterval(timer);
    },
  };
}
