import type { IncomingMessage, ServerResponse } from "node:http";
import type { Http2ServerRequest, Http2ServerResponse } from "node:http2";
import { Code, ConnectError, createContextKey, createContextValues, type Interceptor } from "@connectrpc/connect";
import type { BoundByAddress } from "./bound-by-address.ts";
import { streamPaths } from "./stream-paths.ts";

type Request = IncomingMessage | Http2ServerRequest;
type Response = ServerResponse | Http2ServerResponse;

/** Why a call is refused; empty if it is not. */
const refusalKey = createContextKey("");

/** Bounds the streams that one address holds at once, over both listeners. */
export class StreamBound {
  readonly #streams: BoundByAddress;
  readonly #refused = new WeakSet<Request>();

  constructor(streams: BoundByAddress) {
    this.#streams = streams;
  }

  /** Counts a request that opens a stream. Called for each request, before its handler. */
  count(request: Request, response: Response): void {
    if (!streamPaths.has(request.url ?? "")) return;
    const release = this.#streams.admit(request.socket.remoteAddress);
    if (release === undefined) this.#refused.add(request);
    else response.once("close", release);
  }

  /** For the adapter's `contextValues`. */
  readonly contextOf = (request: Request) =>
    createContextValues().set(
      refusalKey,
      this.#refused.has(request)
        ? `this address holds ${this.#streams.limit} streams already; end one, or watch more tasks by each`
        : "",
    );
}

/** Answers RESOURCE_EXHAUSTED to a stream beyond the limit. */
export const refuseStreams: Interceptor = (next) => async (request) => {
  const refusal = request.contextValues.get(refusalKey);
  if (refusal !== "") throw new ConnectError(refusal, Code.ResourceExhausted);
  return await next(request);
};
