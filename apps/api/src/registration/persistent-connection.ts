import { type ClientHttp2Stream, constants, type Http2Session } from "node:http2";
import type { Transport } from "@connectrpc/connect";
import { createGrpcTransport, Http2SessionManager } from "@connectrpc/connect-node";
import { hourMs } from "@dwld/timing";

const limits = {
  /** The largest answer; a real one has some bytes. */
  answerBytes: 64 * 1024,
  /**
   * A connection that was quiet for this long is pinged before a call. It is not pinged without a call, since gRPC
   * servers close such connections.
   */
  quietMs: 20_000,
  pingTimeoutMs: 2000,
  /** Longer than the longest interval between two calls. */
  idleMs: 2 * hourMs,
} as const;

/**
 * A connection for gRPC over HTTP/2 that stays open between calls, so that the end of the server is noticed at once. The
 * first call opens it, and the first call after a loss.
 */
export class PersistentConnection extends Http2SessionManager {
  readonly transport: Transport;
  readonly #onLost: () => void;
  readonly #watched = new WeakSet<Http2Session>();

  /** @param onLost called when a connection that served a call has closed. */
  constructor(url: string, onLost: () => void) {
    super(url, {
      pingIntervalMs: limits.quietMs,
      pingTimeoutMs: limits.pingTimeoutMs,
      idleConnectionTimeoutMs: limits.idleMs,
    });
    this.#onLost = onLost;
    this.transport = createGrpcTransport({ baseUrl: url, sessionManager: this, readMaxBytes: limits.answerBytes });
  }

  override async request(
    ...request: Parameters<Http2SessionManager["request"]>
  ): ReturnType<Http2SessionManager["request"]> {
    const stream = await super.request(...request);
    const { session } = stream;
    if (session !== undefined && !this.#watched.has(session)) {
      this.#watched.add(session);
      session.once("close", this.#onLost);
      session.on("stream", refusePush);
    }
    return stream;
  }

  close(): void {
    this.abort();
  }
}

/** Refuses a stream that the server pushes. Without a listener its error, as at the end of the connection, would end the process. */
function refusePush(pushed: ClientHttp2Stream): void {
  pushed.on("error", () => undefined);
  pushed.close(constants.NGHTTP2_REFUSED_STREAM);
}
