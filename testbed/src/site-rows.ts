import { join } from "node:path";
import type { PageSource } from "./site-pages.ts";
import type { DropBudget } from "./send-file.ts";
import { makeExtras, type SiteExtra } from "./site-extras.ts";
import type { SitePlaylist, SiteVideo } from "./site-table.ts";
import { makeHls, makeLargeVideo, makeVideo } from "./videos.ts";

/** A row of the site's table with its files made, and its counts. */
export interface SiteRow {
  video: SiteVideo;
  title: string;
  sources: PageSource[];
  /** The path of the media on the site. */
  mediaPath: string;
  /** Files by their path on the site; for HLS empty, and `hlsFolder` holds what is below /hls/<name>/. */
  files: Map<string, string>;
  hlsFolder: string | undefined;
  /** Subtitles and the thumbnail, by their path on the site. */
  extras: Map<string, SiteExtra>;
  /** When a live stream was first asked for; Unix time. */
  liveSinceMs: number | undefined;
  drops: DropBudget;
  /** How many requests have met the fault. */
  pageFaults: number;
  mediaFaults: number;
}

/** The target of a path on the site. */
export type SiteTarget =
  | { kind: "page"; row: SiteRow }
  | { kind: "media"; row: SiteRow; file: string }
  | { kind: "extra"; extra: SiteExtra }
  | { kind: "sponsors"; rows: SiteRow[] }
  | { kind: "feed"; playlist: SitePlaylist }
  | { kind: "players"; playlist: SitePlaylist };

/** Makes the files of a row, or finds them in the cache. */
export async function makeSiteRow(video: SiteVideo): Promise<SiteRow> {
  const { name } = video;
  if (!/^[\w-]+$/.test(name)) throw new Error(`"${name}" is no name for a video of the sample site.`);
  const pictures = (video.heights ?? [90]).toSorted((a, b) => a - b).map((shorter) => pictureOf(video, shorter));
  const row = {
    video,
    title: video.title ?? name,
    files: new Map<string, string>(),
    extras: await makeExtras(video),
    liveSinceMs: undefined,
    ...freshCounts(video),
  };
  const samples = pictures.map((picture) => ({ seed: name, seconds: video.seconds, ...picture }));
  if (video.format === "hls") {
    const mediaPath = `/hls/${name}/index.m3u8`;
    const sources = [{ path: mediaPath, type: "application/x-mpegurl" }];
    return { ...row, sources, mediaPath, hlsFolder: await makeHls(samples) };
  }
  if (video.format === "webm") {
    const mediaPath = `/videos/${name}.webm`;
    const [sample] = samples;
    row.files.set(mediaPath, await makeVideo({ seed: name, ...sample, container: "webm" }));
    return { ...row, sources: [{ path: mediaPath, type: "video/webm" }], mediaPath, hlsFolder: undefined };
  }
  const mediaPath = `/videos/${name}.mp4`;
  const sources: PageSource[] = [];
  for (const [index, sample] of samples.entries()) {
    const { sizeBytes } = video;
    const file = await (sizeBytes === undefined ? makeVideo(sample) : makeLargeVideo({ seed: name, sizeBytes }));
    const { width, height } = sample;
    const label = `${Math.min(width, height)}p`;
    // The tallest is the one without a height in its name.
    const path = index === samples.length - 1 ? mediaPath : `/videos/${name}-${label}.mp4`;
    row.files.set(path, file);
    sources.push({ path, type: "video/mp4", label, width, height });
  }
  return { ...row, sources, mediaPath, hlsFolder: undefined };
}

/** Returns the row with changed columns and reset counts. */
export function changeSiteRow(row: SiteRow, change: Partial<SiteVideo>): SiteRow {
  const video = { ...row.video, ...change };
  // A stream that goes live again begins again.
  const restart = change.live === true ? { liveSinceMs: undefined } : {};
  return { ...row, ...restart, video, title: video.title ?? video.name, ...freshCounts(video) };
}

/** Looks a decoded path up in the table. */
export function findSiteTarget(
  path: string,
  rows: ReadonlyMap<string, SiteRow>,
  playlists: ReadonlyMap<string, SitePlaylist>,
): SiteTarget | undefined {
  const [, folder, name = "", ...rest] = path.split("/");
  const row = rows.get(name);
  switch (folder) {
    case "watch":
      return row && { kind: "page", row };
    case "hls":
      if (row?.hlsFolder === undefined || rest.includes("..")) return undefined;
      return { kind: "media", row, file: join(row.hlsFolder, ...rest) };
    case "api":
      return name === "skipSegments" ? { kind: "sponsors", rows: [...rows.values()] } : undefined;
    case "subtitles":
    case "thumbnails":
      for (const { extras } of rows.values()) {
        const extra = extras.get(path);
        if (extra !== undefined) return { kind: "extra", extra };
      }
      return undefined;
    case "videos":
      for (const owner of rows.values()) {
        const file = owner.files.get(path);
        if (file !== undefined) return { kind: "media", row: owner, file };
      }
      return undefined;
    case "playlists": {
      const playlist = playlists.get(name.replace(/\.rss$/, ""));
      return playlist && { kind: name.endsWith(".rss") ? "feed" : "players", playlist };
    }
    default:
      return undefined;
  }
}

function pictureOf({ portrait }: SiteVideo, shorter: number): { width: number; height: number } {
  const longer = 2 * Math.round((shorter * 16) / 9 / 2);
  return portrait === true ? { width: shorter, height: longer } : { width: longer, height: shorter };
}

function freshCounts(video: SiteVideo) {
  return { drops: { left: video.dropTimes ?? Infinity }, pageFaults: 0, mediaFaults: 0 };
}
