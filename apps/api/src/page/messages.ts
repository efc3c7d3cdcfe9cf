import type { IncomingMessage, OutgoingHttpHeaders, ServerResponse } from "node:http";
import type { Http2ServerRequest, Http2ServerResponse } from "node:http2";

export type Request = IncomingMessage | Http2ServerRequest;
export type Response = ServerResponse | Http2ServerResponse;
export type Exchange = { readonly request: Request; readonly response: Response };

/** Whether a request asks for a representation, and has no effect. */
export function isRead({ method = "" }: Pick<Request, "method">): boolean {
  return method === "GET" || method === "HEAD";
}

/** Whether a client has the representation of this entity tag already (RFC 9110, 13.1.2: the weak comparison). */
export function hasAlready({ headers }: Pick<Request, "headers">, etag: string): boolean {
  const known = (headers["if-none-match"] ?? "").split(",").map((tag) => tag.trim().replace(/^W\//, ""));
  return known.includes(etag) || known.includes("*");
}

/** Whether nobody takes an answer any more: the client has left, or has it. */
export function isClosed(response: Response): boolean {
  return ("stream" in response ? response.stream : response).destroyed;
}

/** Sends a whole answer; to HEAD, its headers alone. */
export function send(
  { request: { method }, response }: Exchange,
  status: number,
  headers: OutgoingHttpHeaders,
  body: Uint8Array = Buffer.alloc(0),
): void {
  const length = status === 304 ? {} : { "content-length": body.length };
  (response as ServerResponse).writeHead(status, { ...headers, ...length });
  (response as ServerResponse).end(method === "HEAD" || status === 304 ? undefined : body);
}
