import { Readable, pipeline } from "node:stream";
import type { ServerResponse } from "node:http";
import { createGzip, constants } from "node:zlib";
import type { SiteVideo } from "./site-table.ts";

const chunkBytes = 1 << 20;

/** A page, with blanks in its body before anything else: megabytes of them cost neither disk nor memory. */
export function sendHtml(response: ServerResponse, html: string, padding: SiteVideo["pagePadding"]): void {
  response.setHeader("Content-Type", "text/html; charset=utf-8");
  if (padding === undefined) {
    response.end(html);
    return;
  }
  const body = html.indexOf("<body>");
  const page = Readable.from(padded(html.slice(0, body), padding.bytes, html.slice(body)));
  // The client may go away before the end.
  const end = () => undefined;
  if (padding.compressed !== true) pipeline(page, response, end);
  else {
    response.setHeader("Content-Encoding", "gzip");
    pipeline(page, createGzip({ level: constants.Z_BEST_SPEED }), response, end);
  }
}

function* padded(before: string, bytes: number, after: string): Generator<Buffer> {
  yield Buffer.from(before);
  const blanks = Buffer.alloc(chunkBytes, " ");
  for (let left = bytes; left > 0; left -= blanks.length) yield blanks.subarray(0, Math.min(left, blanks.length));
  yield Buffer.from(after);
}
