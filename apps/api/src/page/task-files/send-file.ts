import type { ServerResponse } from "node:http";
import { constants, type Http2ServerResponse } from "node:http2";
import { pipeline } from "node:stream/promises";
import type { OpenFile } from "../../machine/local-files.ts";
import { type Exchange, hasAlready, send } from "../messages.ts";
import { attachmentHeaders } from "./attachment.ts";
import { selectBytes } from "./byte-range.ts";
import { fileBytes } from "./file-bytes.ts";

/** A client of HTTP/2 that takes no byte for this long is gone, as a connection of HTTP/1.1 is. */
const stalledMs = 120_000;

/**
 * Sends an open file, or the range of it that was asked for, and resolves when it was taken.
 *
 * @param ending cuts it off.
 * @throws if the client went away, or the file became shorter: its connection, or stream, was reset.
 */
export async function sendFile(
  { name, file }: { name: string; file: OpenFile },
  { request, response }: Exchange,
  ending: AbortSignal,
): Promise<void> {
  const { handle, sizeBytes, etag } = file;
  const headers = { ...attachmentHeaders(name), etag };
  if (hasAlready(request, etag)) {
    send({ request, response }, 304, headers);
    return;
  }
  // Range has a meaning for GET alone (RFC 9110, 14.2).
  const selected = request.method === "GET" ? selectBytes(request.headers, file) : "whole";
  if (selected === "unsatisfiable") {
    send({ request, response }, 416, { ...headers, "content-range": `bytes */${sizeBytes}` });
    return;
  }
  const { start, end } = selected === "whole" ? { start: 0, end: sizeBytes - 1 } : selected;
  const part = selected === "whole" ? {} : { "content-range": `bytes ${start}-${end}/${sizeBytes}` };
  (response as ServerResponse).writeHead(selected === "whole" ? 200 : 206, {
    ...headers,
    ...part,
    "content-length": end - start + 1,
  });
  if (request.method === "HEAD") {
    (response as ServerResponse).end();
    return;
  }
  if ("stream" in response) cutOffIfStalled(response);
  await pipeline(fileBytes(handle, { start, end }), response as ServerResponse, { signal: ending });
}

function cutOffIfStalled({ stream }: Http2ServerResponse): void {
  stream.setTimeout(stalledMs, () => {
    stream.close(constants.NGHTTP2_CANCEL);
  });
}
