import {
  constants,
  createServer,
  type Http2ServerRequest,
  type Http2ServerResponse,
  type ServerHttp2Session,
} from "node:http2";
import type { Socket } from "node:net";
import { connectNodeAdapter } from "@connectrpc/connect-node";
import { type Address, type Logger, closeServer, listenAt } from "@dwld/daemon";
import type { CallerBounds, Listener, ListenerOptions } from "./listener.ts";
import { routerOptions } from "./router-options.ts";

const limits = {
  connections: 1000,
  /** Streams of one connection; a client that needs more waits or opens another connection. */
  streams: 500,
  headerBytes: 16 * 1024,
  /** How long a connection may take to send HTTP/2's preface. */
  prefaceMs: 10_000,
  /** How long a request may take to arrive. */
  requestMs: 30_000,
  /** A connection on which no byte moves for this long is closed. */
  idleMs: 300_000,
} as const;

/** Opens a listener for gRPC, Connect and gRPC-Web over plaintext HTTP/2. */
export async function startGrpcListener(
  address: Address,
  { connections, calls }: CallerBounds,
  { routes, logger, killing }: ListenerOptions,
): Promise<Listener> {
  const handle = connectNodeAdapter({ ...routerOptions(logger), routes, contextValues: calls.contextOf });
  const server = createServer({
    settings: { maxConcurrentStreams: limits.streams, maxHeaderListSize: limits.headerBytes },
    maxSessionMemory: 10,
  });
  const sessions = new Map<ServerHttp2Session, Socket>();
  let connecting: Socket | undefined;
  // Runs before Node makes a session of the socket, within the same event.
  server.prependListener("connection", (socket: Socket) => {
    connecting = socket;
  });
  server.on("session", (session) => {
    const socket = connecting;
    const release = sessions.size < limits.connections ? connections.admit(socket?.remoteAddress) : undefined;
    if (socket === undefined || release === undefined) {
      logger.debug({ address: socket?.remoteAddress }, "a connection beyond the limit");
      session.destroy(undefined, constants.NGHTTP2_ENHANCE_YOUR_CALM);
      return;
    }
    sessions.set(session, socket);
    session.once("close", () => {
      sessions.delete(session);
      release();
    });
    guardSession(session, logger, () => {
      cutOff(session, socket);
    });
  });
  // A connection that breaks or speaks no HTTP/2. Node has destroyed its session already.
  server.on("sessionError", (error) => {
    logger.debug({ err: error }, "a connection failed");
  });
  server.on("request", (request, response) => {
    guardRequest(request, response);
    calls.count(request, response);
    try {
      handle(request, response);
    } catch (error) {
      // The adapter throws if :authority is no host.
      logger.debug({ err: error }, "a request could not be read");
      response.writeHead(constants.HTTP_STATUS_BAD_REQUEST);
      response.end();
    }
  });
  const bound = await listenAt(server, address);
  server.on("error", (error) => {
    logger.error({ err: error }, "the gRPC listener failed");
  });
  return {
    address: bound,
    listening: () => server.listening,
    // Node sends GOAWAY on every connection, and closes each after its last stream.
    close: () =>
      closeServer(server, killing, () => {
        for (const [session, socket] of sessions) cutOff(session, socket);
      }),
  };
}

/** Destroys the socket too: a destroyed session still waits for a frozen client to read what was written. */
function cutOff(session: ServerHttp2Session, socket: Socket): void {
  session.destroy();
  socket.destroy();
}

function guardSession(session: ServerHttp2Session, logger: Logger, cut: () => void): void {
  session.on("error", (error) => {
    logger.debug({ err: error }, "a connection failed");
  });
  const preface = setTimeout(cut, limits.prefaceMs);
  session.once("remoteSettings", () => {
    clearTimeout(preface);
  });
  session.once("close", () => {
    clearTimeout(preface);
  });
  session.setTimeout(limits.idleMs, () => {
    // A client that has read no heartbeat for this long is gone.
    if (session.state.outboundQueueSize === 0) session.close();
    else cut();
  });
}

/** Cancels a request that does not arrive in time. Reflection alone has requests that stay open. */
function guardRequest(request: Http2ServerRequest, response: Http2ServerResponse): void {
  request.on("error", ignoreBrokenStream);
  response.on("error", ignoreBrokenStream);
  if (request.url.startsWith("/grpc.reflection.")) return;
  const timer = setTimeout(() => {
    request.stream.close(constants.NGHTTP2_CANCEL);
  }, limits.requestMs);
  const arrived = (): void => {
    clearTimeout(timer);
  };
  request.once("end", arrived);
  request.once("close", arrived);
}

function ignoreBrokenStream(): void {
  // The handler is told by its abort signal. Without a listener an "error" event would end the process.
}
