import { readFile } from "node:fs/promises";
import { makeThumbnail } from "./videos.ts";
import type { SiteVideo } from "./site-table.ts";

/** A small file beside a video. */
export interface SiteExtra {
  contentType: string;
  body: Buffer | string;
}

export function subtitlePath(name: string, language: string): string {
  return `/subtitles/${name}.${language}.vtt`;
}

export function thumbnailPath(name: string): string {
  return `/thumbnails/${name}.jpg`;
}

/** The subtitles and the thumbnail of a video, by their paths on the site. */
export async function makeExtras({ name, subtitles = [], thumbnail, seconds }: SiteVideo) {
  const extras = new Map<string, SiteExtra>();
  for (const language of subtitles)
    extras.set(subtitlePath(name, language), { contentType: "text/vtt", body: webVtt(language, seconds ?? 2) });
  const picture = await pictureOf(name, thumbnail);
  if (picture !== undefined) extras.set(thumbnailPath(name), { contentType: "image/jpeg", body: picture });
  return extras;
}

async function pictureOf(name: string, thumbnail: SiteVideo["thumbnail"]): Promise<Buffer | string | undefined> {
  if (thumbnail === "broken") return "no picture\n";
  if (thumbnail === true) return await readFile(await makeThumbnail({ seed: name }));
  return thumbnail === false ? undefined : thumbnail;
}

/** A cue a second. */
function webVtt(language: string, seconds: number): string {
  const stamp = (second: number) => new Date(second * 1000).toISOString().slice(11, 23);
  const cues = Array.from({ length: seconds }, (_, second) =>
    [`${stamp(second)} --> ${stamp(second + 1)}`, `${language} ${second}`].join("\n"),
  );
  return `WEBVTT\n\n${cues.join("\n\n")}\n`;
}
