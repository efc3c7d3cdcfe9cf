import type { Client } from "../../access/trusted-proxies.ts";
import { accepts } from "../accepts.ts";
import { type Exchange, isRead, send } from "../messages.ts";
import { welcomeHeaders } from "../policy.ts";
import { welcomePage } from "./welcome-page.ts";

/**
 * Answers `GET /` and `HEAD /`, in HTML if the client accepts that (RFC 9110, 12.5.1), else as text. Returns false, and
 * answers nothing, for any other request. The caller has checked the Host header.
 */
export function answerWelcome(exchange: Exchange, { isSecure }: Pick<Client, "isSecure">): boolean {
  const { request } = exchange;
  if (!isRead(request) || !/^\/(\?|$)/.test(request.url ?? "")) return false;
  const { accept, ":authority": authority = "", host = authority } = request.headers as Record<string, string>;
  const isHtml = accepts(accept, "text/html");
  const page = welcomePage(`${isSecure ? "https" : "http"}://${host}`);
  const headers = {
    ...welcomeHeaders,
    "content-type": `${isHtml ? "text/html" : "text/plain"}; charset=utf-8`,
    "cache-control": "no-store",
    vary: "Accept",
  };
  send(exchange, 200, headers, Buffer.from(isHtml ? page.html : page.text));
  return true;
}
