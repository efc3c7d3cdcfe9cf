import type { IncomingMessage, ServerResponse } from "node:http";
import { isLoopback } from "./listen-address.ts";

/** A request to the health server. */
export type HealthRequest = {
  readonly message: IncomingMessage;
  readonly url: URL;
  /** Aborted if the caller goes away before it has its answer. */
  readonly signal: AbortSignal;
};

/** An answer: an object is sent as JSON, a text as `type` says. */
export type Answer = { readonly status: number } & (
  | { readonly body: object | Uint8Array }
  | { readonly body: string; readonly type: string }
);

/** A route answers one path. */
export type Route = (request: HealthRequest) => Answer | Promise<Answer>;

/** Answers callers on this machine alone. */
export function ofThisMachine(route: Route): Route {
  return (request: HealthRequest) => {
    if (isLoopback(request.message.socket.remoteAddress)) return route(request);
    return { status: 403, body: { error: "this is for callers on this machine: ask 127.0.0.1" } };
  };
}

/** Returns the address of a request; undefined if it is none ("OPTIONS *"). */
export function addressOf({ url = "" }: IncomingMessage): URL | undefined {
  return URL.parse(url.startsWith("/") ? `http://localhost${url}` : url) ?? undefined;
}

/** Returns a signal that is aborted if the connection closes before the answer was sent. */
export function departureOf(response: ServerResponse): AbortSignal {
  const departure = new AbortController();
  response.once("close", () => {
    if (!response.writableFinished) departure.abort();
  });
  return departure.signal;
}

export function send(response: ServerResponse, answer: Answer): void {
  const { status, body } = answer;
  const isText = "type" in answer;
  const isBytes = body instanceof Uint8Array;
  response.writeHead(status, {
    "content-type": isText ? answer.type : isBytes ? "application/octet-stream" : "application/json",
    "x-content-type-options": "nosniff",
    // The rest of the request is not read.
    ...(status === 413 && { connection: "close" }),
  });
  response.end(isBytes || isText ? body : JSON.stringify(body));
}
