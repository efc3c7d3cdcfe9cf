import type { SampleSite } from "../sample-site.ts";
import type { SiteVideo } from "../site-table.ts";

export interface DemoVideo extends SiteVideo {
  /** The link that is given to dwld. */
  ask: "page" | "media";
}

/** The speed of a home connection: slow enough to watch. */
const throttleBytesPerSecond = 1_500_000;

/** One video for each way in which sites serve or name videos. */
export const demoVideos: readonly DemoVideo[] = [
  { name: "harbour", ask: "media", seconds: 24, heights: [360] },
  { name: "tide", ask: "media", format: "hls", seconds: 8, heights: [180, 360] },
  { name: "lighthouse", ask: "page", title: "The lighthouse at night", seconds: 12, heights: [360] },
  { name: "walk", ask: "page", title: "Прогулка у моря 🌊 часть 1/2", seconds: 6, heights: [180] },
  { name: "gulls", ask: "page", title: "Gulls", seconds: 5, heights: [180] },
].map((video) => ({ ...video, thumbnail: true, throttleBytesPerSecond }) as DemoVideo);

export function linkOf(site: SampleSite, { name, ask }: DemoVideo): string {
  return ask === "page" ? site.pageLink(name) : site.mediaLink(name);
}

/**
 * Returns the file that a download must equal byte for byte. Undefined for HLS, whose segments yt-dlp joins.
 */
export function servedFile(site: SampleSite, { name, format }: DemoVideo): string | undefined {
  return format === "hls" ? undefined : site.mediaFile(name);
}
