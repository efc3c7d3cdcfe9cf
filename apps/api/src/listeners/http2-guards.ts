import { constants, type Http2ServerRequest, type Http2ServerResponse, type ServerHttp2Session } from "node:http2";
import type { Logger } from "@dwld/daemon";
import { http2Limits } from "./limits.ts";

/** Bounds the life of a connection of HTTP/2, for which Node has no time-outs. `cut` ends it at once. */
export function guardSession(session: ServerHttp2Session, logger: Logger, cut: () => void): void {
  session.on("error", (error) => {
    logger.debug({ err: error }, "a connection failed");
  });
  const preface = setTimeout(cut, http2Limits.prefaceMs);
  session.once("remoteSettings", () => {
    clearTimeout(preface);
  });
  session.once("close", () => {
    clearTimeout(preface);
  });
  session.setTimeout(http2Limits.idleMs, () => {
    // A client that has read no heartbeat for this long is gone.
    if (session.state.outboundQueueSize === 0) session.close();
    else cut();
  });
}

/** Cancels a request that does not arrive in time. Reflection alone has requests that stay open. */
export function guardRequest(request: Http2ServerRequest, response: Http2ServerResponse): void {
  request.on("error", ignoreBrokenStream);
  response.on("error", ignoreBrokenStream);
  if (request.url.startsWith("/grpc.reflection.")) return;
  const timer = setTimeout(() => {
    request.stream.close(constants.NGHTTP2_CANCEL);
  }, http2Limits.requestMs);
  const arrived = (): void => {
    clearTimeout(timer);
  };
  request.once("end", arrived);
  request.once("close", arrived);
}

function ignoreBrokenStream(): void {
  // The handler is told by its abort signal. Without a listener an "error" event would end the process.
}
