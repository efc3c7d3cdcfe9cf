import type { ServerResponse } from "node:http";
import { pipeline } from "node:stream/promises";
import { minuteMs } from "@dwld/timing";
import type { OpenFile } from "../../machine/local-files.ts";
import { type Exchange, hasAlready, isClosed, send } from "../messages.ts";
import { attachmentHeaders } from "./attachment.ts";
import { selectBytes } from "./byte-range.ts";
import { fileBytes } from "./file-bytes.ts";

/** A client that takes no further chunk for this long is gone. Time-outs of HTTP/2 would not tell, since a ping puts them off. */
const stalledMs = 2 * minuteMs;

class StalledReaderError extends Error {
  override readonly name = "StalledReaderError";
  readonly code = "stalled";
  constructor() {
    super("the client took nothing of the file for too long");
  }
}

class DepartedReaderError extends Error {
  override readonly name = "DepartedReaderError";
  readonly code = "departed";
  constructor() {
    super("the client left before anything of the file was sent");
  }
}

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
  // A pipeline into a stream of HTTP/2 that is destroyed already ends by its time-out alone (Node 24.21).
  if (isClosed(response)) throw new DepartedReaderError();
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
  const stalled = new AbortController();
  const timer = setTimeout(() => {
    stalled.abort(new StalledReaderError());
  }, stalledMs);
  try {
    const bytes = fileBytes(handle, { start, end }, () => timer.refresh());
    // A pipeline into a response of HTTP/2 itself would wait for ever if its stream was reset (Node 24.21).
    const body = "stream" in response ? response.stream : response;
    await pipeline(bytes, body, { signal: AbortSignal.any([ending, stalled.signal]) });
  } finally {
    clearTimeout(timer);
  }
}
