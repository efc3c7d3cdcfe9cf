import type { IncomingMessage, ServerResponse } from "node:http";
import type { Http2ServerRequest, Http2ServerResponse } from "node:http2";
import { welcomePage } from "./welcome-page.ts";

/** The page loads nothing, runs nothing, and is shown in no frame. */
const policy = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/**
 * Answers `GET /` and `HEAD /`, in HTML if the client accepts that (RFC 9110, 12.5.1), else as text. Returns false, and
 * answers nothing, for any other request. The caller has checked the Host header.
 */
export function answerWelcome(
  request: IncomingMessage | Http2ServerRequest,
  response: ServerResponse | Http2ServerResponse,
  { isSecure }: { isSecure: boolean },
): boolean {
  const { method = "", url = "" } = request;
  const { accept, ":authority": authority = "", host = authority } = request.headers as Record<string, string>;
  if (!["GET", "HEAD"].includes(method) || !/^\/(\?|$)/.test(url)) return false;
  const isHtml = takesHtml(accept);
  const page = welcomePage(`${isSecure ? "https" : "http"}://${host}`);
  const body = Buffer.from(isHtml ? page.html : page.text);
  (response as ServerResponse).writeHead(200, {
    "content-type": `${isHtml ? "text/html" : "text/plain"}; charset=utf-8`,
    "content-length": body.length,
    "content-security-policy": policy,
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "cache-control": "no-store",
    vary: "Accept",
  });
  (response as ServerResponse).end(method === "HEAD" ? undefined : body);
  return true;
}

/** A browser names text/html; curl accepts anything and gets text. */
function takesHtml(accept = ""): boolean {
  return accept
    .toLowerCase()
    .split(",")
    .some((range) => {
      const [type = "", ...parameters] = range.split(";").map((part) => part.trim());
      return type === "text/html" && !parameters.some((parameter) => /^q=0(\.0{0,3})?$/.test(parameter));
    });
}
