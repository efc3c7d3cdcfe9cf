import { once } from "node:events";
import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import type { IncomingMessage, ServerResponse } from "node:http";
import { extname } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import type { SiteRequest, SiteVideo } from "./site-table.ts";

/** The part of a file that a Range header asks for; `end` is inclusive. RFC 9110, 14.1.2: one range, in bytes. */
export type RangeAnswer = { kind: "whole" } | { kind: "part"; start: number; end: number } | { kind: "unsatisfiable" };

/** Returns the part of a file to send. A header that is no single byte range is ignored, as RFC 9110 says. */
export function parseRange(header: string | undefined, sizeBytes: number): RangeAnswer {
  const match = /^bytes=(\d*)-(\d*)$/.exec(header ?? "");
  const first = match?.[1] ?? "";
  const last = match?.[2] ?? "";
  if (first === "" && last === "") return { kind: "whole" };
  const start = first === "" ? Math.max(0, sizeBytes - Number(last)) : Number(first);
  const end = first === "" || last === "" ? sizeBytes - 1 : Math.min(Number(last), sizeBytes - 1);
  if (first !== "" && last !== "" && Number(last) < Number(first)) return { kind: "whole" };
  return start > end ? { kind: "unsatisfiable" } : { kind: "part", start, end };
}

/** How often a video's connection is still cut; shared by all of its answers. */
export interface DropBudget {
  left: number;
}

const contentTypes: Record<string, string> = {
  ".mp4": "video/mp4",
  ".webm": "video/webm",
  ".ts": "video/mp2t",
  ".m3u8": "application/vnd.apple.mpegurl",
};

/** A request, its answer, and what is noted of both. */
interface Exchange {
  request: IncomingMessage;
  response: ServerResponse;
  record: SiteRequest;
}

/**
 * Answers with a file: 200, 206 or 416, with ETag and If-Range (RFC 9110, 13.1.5), at the video's speed, and cut where
 * the video says so. Ends quietly when the client goes away.
 */
export async function sendFile(
  { request, response, record }: Exchange,
  path: string,
  { video, drops }: { video: SiteVideo; drops: DropBudget },
): Promise<void> {
  const { size, mtimeMs } = await stat(path);
  const etag = `"${size.toString(16)}-${Math.trunc(mtimeMs).toString(16)}"`;
  const ranges = video.ranges !== false;
  const stale = request.headers["if-range"] !== undefined && request.headers["if-range"] !== etag;
  const range = parseRange(ranges && !stale ? request.headers.range : undefined, size);
  response.setHeader("ETag", etag);
  if (ranges) response.setHeader("Accept-Ranges", "bytes");
  if (range.kind === "unsatisfiable") {
    response.writeHead(416, { "Content-Range": `bytes */${size}` }).end();
    return;
  }
  const { start, end } = range.kind === "part" ? range : { start: 0, end: size - 1 };
  if (range.kind === "part") response.setHeader("Content-Range", `bytes ${start}-${end}/${size}`);
  if (video.lengthKnown !== false) response.setHeader("Content-Length", end - start + 1);
  response.writeHead(range.kind === "part" ? 206 : 200, {
    "Content-Type": video.contentType ?? contentTypes[extname(path)],
  });
  if (request.method === "HEAD") {
    response.end();
    return;
  }
  const cutAt = video.dropAtByte;
  const cut = cutAt !== undefined && drops.left > 0 && start <= cutAt && cutAt <= end;
  const arrived = await sendBytes({ response, record }, path, { start, end: cut ? cutAt - 1 : end }, video);
  if (!arrived) return;
  if (!cut) {
    response.end();
    return;
  }
  drops.left -= 1;
  if (video.dropBy === "silence") return;
  if (video.dropBy === "end") response.end();
  // Unlike destroy, this delivers what was written before, so that the cut is at the byte.
  else response.socket?.destroySoon();
}

/** Returns false if the client went away before the end. `end` is inclusive. */
async function sendBytes(
  { response, record }: Pick<Exchange, "response" | "record">,
  path: string,
  { start, end }: { start: number; end: number },
  { throttleBytesPerSecond }: SiteVideo,
): Promise<boolean> {
  response.flushHeaders();
  if (start > end) return true;
  const gone = new AbortController();
  response.once("close", () => gone.abort());
  const tenthOfSecondBytes = Math.max(1, Math.ceil((throttleBytesPerSecond ?? 0) / 10));
  const highWaterMark = throttleBytesPerSecond === undefined ? 1 << 18 : tenthOfSecondBytes;
  try {
    for await (const chunk of createReadStream(path, { start, end, highWaterMark, signal: gone.signal })) {
      const bytes = chunk as Buffer;
      if (throttleBytesPerSecond !== undefined) {
        await pause((bytes.length / throttleBytesPerSecond) * 1000, undefined, { signal: gone.signal });
      }
      record.sentBytes += bytes.length;
      if (!response.write(bytes)) await once(response, "drain", { signal: gone.signal });
    }
    return true;
  } catch (error) {
    if (gone.signal.aborted) return false;
    throw error;
  }
}
