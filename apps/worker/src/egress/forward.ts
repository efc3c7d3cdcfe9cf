import {
  type Agent,
  type ClientRequest,
  type IncomingHttpHeaders,
  type IncomingMessage,
  request as sendRequest,
  type ServerResponse,
} from "node:http";
import type { LookupFunction } from "node:net";
import { pipeline } from "node:stream";
import { withoutBrackets } from "@dwld/text";
import { answerTo, OwnAnswer, refused } from "./own-answer.ts";

/** How the proxy connects: refuses a host that is an address by a throw, and resolves a name to allowed addresses. */
export type Way = { readonly lookup: LookupFunction; readonly admitHost: (host: string) => void };

/**
 * Headers that concern one connection alone (RFC 9110, 7.6.1), and the login of the proxy. Trailers are not passed on, and Node
 * refuses to announce them for a body without chunks.
 */
const ofOneConnection = new Set([
  "connection",
  "keep-alive",
  "proxy-authorization",
  "proxy-connection",
  "te",
  "trailer",
  "upgrade",
]);

/** Characters that a reason phrase may not have (RFC 9112, 4). */
const notOfReasons = /[^\t\x20-\x7E\x80-\xFF]/g;

/** Forwards a request in absolute form (RFC 9112, 3.2.2). Whatever breaks it is an answer: a throw would end the worker. */
export function forward(request: IncomingMessage, response: ServerResponse, way: Way & { agent: Agent }): void {
  const fail = (error: unknown) => {
    // A reply that has begun tells by its own end.
    if (response.headersSent) return;
    const { status, message } = answerTo(error);
    response.writeHead(status, message, { Connection: "close" }).end();
  };
  try {
    const upstream = send(request, way);
    upstream.on("error", fail);
    // A program that was killed waits for no reply, and an answer of the proxy's own needs none.
    response.once("close", () => upstream.destroy());
    upstream.once("upgrade", (reply, socket) => {
      socket.destroy();
      fail(unusable(reply));
    });
    upstream.once("response", (reply) => {
      try {
        passOn(reply, response);
      } catch (error) {
        fail(error);
      }
    });
    pipeline(request, upstream, (error) => {
      if (error) upstream.destroy();
    });
  } catch (error) {
    fail(error);
  }
}

/** Begins a request to its host. @throws OwnAnswer if it may not be sent */
function send(request: IncomingMessage, { admitHost, ...connection }: Way & { agent: Agent }): ClientRequest {
  const target = URL.parse(request.url ?? "");
  if (target === null) throw new OwnAnswer(400, "Bad Request");
  if (target.protocol !== "http:") throw refused("protocol");
  const host = withoutBrackets(target.hostname);
  admitHost(host);
  return sendRequest({
    host,
    port: target.port || 80,
    path: `${target.pathname}${target.search}`,
    method: request.method,
    headers: { ...endToEnd(request.headers), host: target.host },
    ...connection,
  });
}

/** Passes a reply on. @throws OwnAnswer if Node's parser lets it through, but no server may send it */
function passOn(reply: IncomingMessage, response: ServerResponse): void {
  const { statusCode: status = 0, statusMessage: reason = "" } = reply;
  if (status < 200) throw unusable(reply);
  // Node frames the body anew, as the program understands it.
  const { "transfer-encoding": _, ...headers } = endToEnd(reply.headers);
  response.writeHead(status, reason.replaceAll(notOfReasons, ""), headers);
  // The end or an error of either side ends the other, and the program sees it.
  pipeline(reply, response, () => undefined);
}

function unusable({ statusCode = 0 }: IncomingMessage): OwnAnswer {
  const sent = `The site sent status ${String(statusCode).padStart(3, "0")}`;
  return new OwnAnswer(502, statusCode === 101 ? `${sent}, another protocol than HTTP` : `${sent}, which HTTP lacks`);
}

function endToEnd(headers: IncomingHttpHeaders): IncomingHttpHeaders {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !ofOneConnection.has(name)));
}
