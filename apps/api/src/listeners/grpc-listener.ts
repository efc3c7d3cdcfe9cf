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
import { routerOptions } from "../routes.ts";

const limits = {
  connections: 1000,
  /** Of one connection; a client with more of them waits or opens another. */
  streams: 500,
  headerBytes: 16 * 1024,
  /** A connection that has not spoken HTTP/2 by then is something else. */
  prefaceMs: 10_000,
  /** A request is small: it has arrived by then. */
  requestMs: 30_000,
  /** Nothing was sent or taken for so long: the client is gone, or does not need the connection. */
  idleMs: 300_000,
} as const;

/** gRPC, and whatever else the routes speak, over plaintext HTTP/2. */
export async function startGrpcListener(
  address: Address,
  { connections, streams }: CallerBounds,
  { routes, logger, killing }: ListenerOptions,
): Promise<Listener> {
  const handle = connectNodeAdapter({ ...routerOptions(logger), routes, contextValues: streams.contextOf });
  const server = createServer({
    settings: { maxConcurrentStreams: limits.streams, maxHeaderListSize: limits.headerBytes },
    maxSessionMemory: 10,
  });
  const sessions = new Map<ServerHttp2Session, Socket>();
  let connecting: Socket | undefined;
  // Before Node makes a session of it, within the same event.
  server.prependListener("connection", (socket: Socket) => {
    connecting = socket;
  });
  server.on("session", (session) => {
    const socket = connecting;
    const release = sessions.size < limits.connections ? connections.admit(socket?.remoteAddress) : undefined;
    if (socket === undefined || release === undefined) {
      logger.debug({ address: socket?.remoteAddress }, "a connection too many");
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
  // What is no HTTP/2, and connections that break: the session is destroyed already, and nobody is to be told.
  server.on("sessionError", (error) => {
    logger.debug({ err: error }, "a connection failed");
  });
  server.on("request", (request, response) => {
    guardRequest(request, response);
    streams.count(request, response);
    try {
      handle(request, response);
    } catch (error) {
      // The adapter throws where the request's :authority is no host.
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
    // Node says GOAWAY to every connection, and ends it after its last stream.
    close: () =>
      closeServer(server, killing, () => {
        for (const [session, socket] of sessions) cutOff(session, socket);
      }),
  };
}

/** A session that is destroyed alone waits for its client to take what was written: one that is frozen never does. */
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
    // A stream on it that took no heartbeat for so long has nobody at its other end.
    if (session.state.outboundQueueSize === 0) session.close();
    else cut();
  });
}

/** A request that does not come to its end is no request. Reflection alone is a conversation. */
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

/** The handler hears of it by its abort signal. */
function ignoreBrokenStream(): void {
  // An "error" event without a listener would end the process.
}
