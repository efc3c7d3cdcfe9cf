import { makePicture, type Picture } from "./pictures.ts";
import type { Fault, SiteVideo } from "./site-table.ts";

/** The answer of a small file beside a video. */
export type SiteExtra = Fault;

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
    extras.set(subtitlePath(name, language), {
      kind: "answer",
      headers: { "Content-Type": "text/vtt" },
      body: webVtt(language, seconds ?? 2),
    });
  if (thumbnail !== undefined && thumbnail !== false)
    extras.set(thumbnailPath(name), await pictureAnswer(name, thumbnail === true ? "jpeg" : thumbnail));
  return extras;
}

/** A cue a second. */
function webVtt(language: string, seconds: number): string {
  const stamp = (second: number) => new Date(second * 1000).toISOString().slice(11, 23);
  const cues = Array.from({ length: seconds }, (_, second) =>
    [`${stamp(second)} --> ${stamp(second + 1)}`, `${language} ${second}`].join("\n"),
  );
  return `WEBVTT\n\n${cues.join("\n\n")}\n`;
}

async function pictureAnswer(name: string, picture: Picture | Buffer): Promise<SiteExtra> {
  if (Buffer.isBuffer(picture)) return { kind: "answer", headers: { "Content-Type": "image/jpeg" }, body: picture };
  if (picture === "missing") return { kind: "status", status: 404 };
  const { contentType, body } = await makePicture(name, picture === "drip" ? "jpeg" : picture);
  if (picture === "drip") return { kind: "drip", contentType, lengthBytes: 1e9, beginning: body };
  return { kind: "answer", headers: { "Content-Type": contentType }, body };
}
