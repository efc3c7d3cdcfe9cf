import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { readFile } from "node:fs/promises";
import type { AddressInfo } from "node:net";

import { errorCode } from "@dwld/text";
import { livePlaylist } from "./live-playlist.ts";
import { misbehave } from "./misbehave.ts";
import { sendFile } from "./send-file.ts";
import { sendHtml } from "./send-html.ts";
import { subtitlePath, thumbnailPath } from "./site-extras.ts";
import { playlistFeed, playlistPage, schemaPage, watchPage } from "./site-pages.ts";
import { changeSiteRow, findSiteTarget, makeSiteRow, type SiteRow, type SiteTarget } from "./site-rows.ts";
import type { Fault, SitePlaylist, SiteRequest, SiteVideo } from "./site-table.ts";

export interface SampleSiteOptions {
  videos: readonly SiteVideo[];
  playlists?: readonly SitePlaylist[];
  /** A loopback address; default 127.0.0.1. dwld tells sites by host, so two addresses are two sites. */
  host?: string;
  /** Default 0: a free one. */
  port?: number;
}

/** The columns that can change while the site runs. */
export type SiteVideoChange = Partial<
  Omit<SiteVideo, "name" | "format" | "heights" | "portrait" | "seconds" | "sizeBytes" | "subtitles" | "thumbnail">
>;

export interface SampleSite extends AsyncDisposable {
  /** "http://host:port", without a slash at the end. */
  readonly url: string;
  readonly port: number;
  /** Every request, oldest first. */
  readonly requests: readonly SiteRequest[];
  /** The page around a video: /watch/<name>. */
  pageLink(name: string): string;
  /** The video itself: /videos/<name>.mp4 (the tallest) or /hls/<name>/index.m3u8. */
  mediaLink(name: string): string;
  /** The feed of a playlist: /playlists/<name>.rss. A page with all of its players is at /playlists/<name>. */
  playlistLink(name: string): string;
  /** The file behind /videos/<name>.mp4 on this disk, which a download must equal byte for byte. */
  mediaFile(name: string): string;
  /** Changes a row from the next request on, and resets its counts of cuts and faults. */
  change(name: string, change: SiteVideoChange): void;
  /** Cuts every connection. */
  close(): Promise<void>;
}

/**
 * A video site on loopback: progressive mp4 with Range, HLS, pages with a player, playlists, and all that goes wrong
 * with them. What yt-dlp takes each route for is proved in the test beside this file.
 */
export async function startSampleSite(options: SampleSiteOptions): Promise<SampleSite> {
  const rows = new Map<string, SiteRow>();
  for (const video of options.videos) rows.set(video.name, await makeSiteRow(video));
  const playlists = new Map(options.playlists?.map((playlist) => [playlist.name, playlist]));
  const requests: SiteRequest[] = [];

  const server = createServer((request, response) => {
    const record = recordRequest(request, response);
    requests.push(record);
    answer(request, response, record).catch((error: unknown) => {
      if (response.headersSent) response.destroy();
      else
        response
          .writeHead(errorCode(error) === "ENOENT" ? 404 : 500, { "Content-Type": "text/plain" })
          .end(`${String(error)}\n`);
    });
  });
  server.listen(options.port ?? 0, options.host ?? "127.0.0.1");
  await once(server, "listening");
  const { address, port } = server.address() as AddressInfo;
  const url = `http://${address}:${port}`;

  async function answer(request: IncomingMessage, response: ServerResponse, record: SiteRequest): Promise<void> {
    const path = decodeURIComponent(new URL(request.url ?? "/", url).pathname);
    const target = findSiteTarget(path, rows, playlists);
    const fault = target && faultOf(target, request, path);
    if (target === undefined) response.writeHead(404, { "Content-Type": "text/plain" }).end("No such page.\n");
    else if (fault !== undefined) misbehave(fault, request, response);
    else if (target.kind === "media" && isLivePlaylist(target))
      sendText(response, "application/vnd.apple.mpegurl", await playlistNow(target));
    else if (target.kind === "media") await sendFile({ request, response, record }, target.file, target.row);
    else if (target.kind === "extra") misbehave(target.extra, request, response);
    else if (target.kind === "sponsors") sendText(response, "application/json", sponsorSegments(target.rows));
    else sendPage(response, target);
  }

  function sendPage(
    response: ServerResponse,
    target: Exclude<SiteTarget, { kind: "media" | "extra" | "sponsors" }>,
  ): void {
    if (target.kind === "page") return sendHtml(response, pageOf(target.row), target.row.video.pagePadding);
    const { name, title = name, videos } = target.playlist;
    if (target.kind === "players") return sendText(response, "text/html", playlistPage(title, videos.map(sourcesOf)));
    sendText(response, "application/rss+xml", playlistFeed(title, videos.map(itemOf)));
  }

  function pageOf({ video, title, sources, extras, mediaPath }: SiteRow): string {
    const { name, chapters, uploaded, description, live, sponsors, schema, subtitles = [] } = video;
    const picture = extras.has(thumbnailPath(name)) ? `${url}${thumbnailPath(name)}` : undefined;
    if ([chapters, uploaded, live, sponsors, schema].some((told) => told !== undefined))
      return schemaPage(title, {
        contentUrl: `${url}${mediaPath}`,
        seconds: live === undefined ? (video.seconds ?? 2) : undefined,
        thumbnail: picture,
        chapters,
        uploaded,
        description,
        overlay: schema,
      });
    const tracks = subtitles.map((language) => ({ language, path: subtitlePath(name, language) }));
    return watchPage(title, sources, { poster: picture, tracks });
  }

  function itemOf(entry: string) {
    const row = rows.get(entry);
    if (row === undefined) return { title: entry, link: entry };
    return { title: row.title, link: `${url}/watch/${entry}`, uploaded: row.video.uploaded };
  }

  function sourcesOf(entry: string) {
    return rows.get(entry)?.sources ?? [{ path: entry, type: "video/mp4" }];
  }

  function rowOf(name: string): SiteRow {
    const row = rows.get(name);
    if (row === undefined) throw new Error(`The sample site has no video "${name}".`);
    return row;
  }

  async function close(): Promise<void> {
    if (!server.listening) return;
    const closed = once(server, "close");
    server.close();
    server.closeAllConnections();
    await closed;
  }

  return {
    url,
    port,
    requests,
    pageLink: (name) => `${url}/watch/${rowOf(name).video.name}`,
    mediaLink: (name) => `${url}${rowOf(name).mediaPath}`,
    playlistLink: (name) => `${url}/playlists/${name}.rss`,
    mediaFile(name) {
      const { files, mediaPath } = rowOf(name);
      const file = files.get(mediaPath);
      if (file === undefined) throw new Error(`The video "${name}" of the sample site is not one file.`);
      return file;
    },
    change: (name, change) => void rows.set(name, changeSiteRow(rowOf(name), change)),
    close,
    [Symbol.asyncDispose]: close,
  };
}

/** The answer of SponsorBlock for any hash; the id of a video is its name, as yt-dlp finds it in the page. */
function sponsorSegments(rows: readonly SiteRow[]): string {
  return JSON.stringify(
    rows.flatMap(({ video: { name, sponsors = [] } }) => ({
      videoID: name,
      segments: sponsors.map(({ category, startSeconds, endSeconds }) => ({
        segment: [startSeconds, endSeconds],
        category,
        actionType: "skip",
        videoDuration: 0,
        description: "",
      })),
    })),
  );
}

type MediaTarget = Extract<SiteTarget, { kind: "media" }>;

function isLivePlaylist({ row, file }: MediaTarget): boolean {
  return row.video.live !== undefined && file.endsWith(".m3u8");
}

/** The clock of a live stream starts with the first request. */
async function playlistNow({ row, file }: MediaTarget): Promise<string> {
  row.liveSinceMs ??= Date.now();
  return livePlaylist(await readFile(file, "utf8"), Date.now() - row.liveSinceMs, row.video.live === false);
}

/** Returns the fault of this request, and counts it. */
function faultOf(target: SiteTarget, { headers }: IncomingMessage, path: string): Fault | undefined {
  if (target.kind !== "page" && target.kind !== "media") return undefined;
  const { row } = target;
  const fault = row.video[target.kind];
  if (fault === undefined || !path.endsWith(fault.only ?? "")) return undefined;
  const { spares } = fault;
  if (spares !== undefined && Object.values(headers).some((value) => value?.includes(spares))) return undefined;
  const earlier = target.kind === "page" ? row.pageFaults++ : row.mediaFaults++;
  return earlier < (fault.times ?? Infinity) ? fault : undefined;
}

function recordRequest(request: IncomingMessage, response: ServerResponse): SiteRequest {
  const record: SiteRequest = {
    method: request.method ?? "",
    path: request.url ?? "",
    range: request.headers.range,
    userAgent: request.headers["user-agent"],
    timeMs: Date.now(),
    status: 0,
    sentBytes: 0,
    ended: false,
  };
  response.once("close", () => {
    record.ended = true;
    if (response.headersSent) record.status = response.statusCode;
  });
  return record;
}

function sendText(response: ServerResponse, contentType: string, text: string): void {
  response.writeHead(200, { "Content-Type": `${contentType}; charset=utf-8` }).end(text);
}
