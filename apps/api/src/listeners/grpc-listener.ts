import { constants, createServer, type ServerHttp2Session } from "node:http2";
import type { Socket } from "node:net";
import { type Address, closeServer, listenAt } from "@dwld/daemon";
import type { CallerBounds, Listener, ListenerOptions } from "./listener.ts";
import { guardRequest, guardSession } from "./http2-guards.ts";
import { http2Limits } from "./limits.ts";
import { receiveRequests } from "./receive-requests.ts";

/** Opens a listener for gRPC, Connect and gRPC-Web over plaintext HTTP/2. */
export async function startGrpcListener(
  address: Address,
  { connections, calls }: CallerBounds,
  { killing, ...options }: ListenerOptions,
): Promise<Listener> {
  const { logger } = options;
  const receive = receiveRequests({ ...options, calls, door: "network" });
  const server = createServer({
    settings: { maxConcurrentStreams: http2Limits.streams, maxHeaderListSize: http2Limits.headerBytes },
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
    const release = sessions.size < http2Limits.connections ? connections.admit(socket?.remoteAddress) : undefined;
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
    receive(request, response);
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
