import type { IncomingMessage } from "node:http";
import type { Http2ServerRequest } from "node:http2";

export type Request = IncomingMessage | Http2ServerRequest;

/** Returns the address of a caller; undefined if its connection is gone already. */
export function clientAddress({ socket }: Request): string | undefined {
  return socket.remoteAddress;
}
