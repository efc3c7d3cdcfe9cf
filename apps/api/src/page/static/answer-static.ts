import { accepts } from "../accepts.ts";
import { type Exchange, hasAlready, isRead, type Request, send } from "../messages.ts";
import { pageHeaders } from "../policy.ts";
import { type Encoding, encodings, type StaticFile, type StaticFiles } from "./static-files.ts";

/** A year, the longest that has a meaning. */
const immutable = "public, max-age=31536000, immutable";

/**
 * Answers a request for a file of the page. Returns false, and answers nothing, if it is for none. A path is looked up as it
 * was sent, so that there is no other spelling of it and none that leads elsewhere.
 */
export function answerStatic(files: StaticFiles, exchange: Exchange): boolean {
  const { request } = exchange;
  if (!isRead(request)) return false;
  const [path = ""] = (request.url ?? "").split("?", 1);
  const file = files.get(path === "/" && takesDocument(request) ? "/index.html" : path);
  if (file === undefined) return false;
  const encoding = encodingFor(request, file);
  const etag = `"${file.hash}${encoding === undefined ? "" : `-${encoding}`}"`;
  const headers = {
    ...pageHeaders,
    "content-type": file.type,
    ...(encoding !== undefined && { "content-encoding": encoding }),
    etag,
    // "/" depends on Accept, too. It is asked for anew each time, and each of its representations has an entity tag of its
    // own, so that no cache mixes them up; the caches of service workers would not find it by another Accept.
    vary: "Accept-Encoding",
    "cache-control": file.isImmutable ? immutable : "no-cache",
  };
  const body = (encoding === undefined ? undefined : file.encoded[encoding]) ?? file.content;
  send(exchange, hasAlready(request, etag) ? 304 : 200, headers, body);
  return true;
}

/** A browser names text/html; the service worker of the page does not, but is a browser's. curl accepts anything, and gets text. */
function takesDocument({ headers }: Pick<Request, "headers">): boolean {
  return accepts(headers.accept, "text/html") || headers["sec-fetch-dest"] !== undefined;
}

function encodingFor({ headers }: Pick<Request, "headers">, { encoded }: StaticFile): Encoding | undefined {
  const known = Object.keys(encodings) as Encoding[];
  return known.find(
    (encoding) => encoded[encoding] !== undefined && accepts(String(headers["accept-encoding"]), encoding),
  );
}
