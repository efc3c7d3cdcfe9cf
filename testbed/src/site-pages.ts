/** The page's html as yt-dlp's generic extractor takes it (2025.04.30): og:title, and one video with its sources. */
export function watchPage(title: string, sources: readonly PageSource[], extras: PlayerExtras = {}): string {
  return htmlPage(title, player(sources, extras));
}

/** A page that tells of its video by schema.org's VideoObject, as JSON-LD, instead of by a player. */
export function schemaPage(title: string, video: SchemaVideo): string {
  const { chapters = [], uploaded, thumbnail, seconds, overlay, ...rest } = video;
  const object = {
    "@context": "https://schema.org",
    "@type": "VideoObject",
    name: title,
    ...rest,
    ...(seconds === undefined ? {} : { duration: `PT${seconds}S` }),
    ...(uploaded === undefined ? {} : { uploadDate: `${uploaded}T12:00:00Z` }),
    ...(thumbnail === undefined ? {} : { thumbnailUrl: thumbnail }),
    hasPart: chapters.map(({ title: name, startSeconds, endSeconds }) => ({
      "@type": "Clip",
      name,
      startOffset: startSeconds,
      endOffset: endSeconds,
    })),
    ...overlay,
  };
  const json = JSON.stringify(object).replaceAll("<", String.raw`\u003c`);
  return htmlPage(title, `<script type="application/ld+json">${json}</script>`);
}

/** The fields of VideoObject; links are absolute. */
export interface SchemaVideo {
  contentUrl: string;
  /** Undefined: not told, as of a live stream. */
  seconds: number | undefined;
  description?: string | undefined;
  thumbnail?: string | undefined;
  uploaded?: string | undefined;
  chapters?: readonly { title: string; startSeconds: number; endSeconds: number }[] | undefined;
  /** In VideoObject's own words, in place of the above. */
  overlay?: Record<string, unknown> | undefined;
}

/** Tracks and pictures of a player. */
export interface PlayerExtras {
  poster?: string | undefined;
  tracks?: readonly { path: string; language: string }[];
}

/** A page with several players; the generic extractor makes one playlist of it, all of one page link. */
export function playlistPage(title: string, players: readonly (readonly PageSource[])[]): string {
  return htmlPage(title, players.map((sources) => player(sources)).join("\n"));
}

/**
 * RSS 2.0; the generic extractor makes a playlist of links of it. Without guid: with one, yt-dlp hides it in the
 * entry's link.
 */
export function playlistFeed(title: string, items: readonly FeedItem[]): string {
  const entries = items.map((item) => {
    const date = item.uploaded === undefined ? "" : `<pubDate>${new Date(item.uploaded).toUTCString()}</pubDate>`;
    return `<item><title>${escape(item.title)}</title><link>${escape(item.link)}</link>${date}</item>`;
  });
  return `<?xml version="1.0" encoding="UTF-8"?>
<rss version="2.0"><channel><title>${escape(title)}</title><link>/</link><description></description>
${entries.join("\n")}
</channel></rss>
`;
}

export interface FeedItem {
  title: string;
  link: string;
  uploaded?: string | undefined;
}

/** A `<source>`; where label, width and height are known, yt-dlp takes them for the format's. */
export interface PageSource {
  path: string;
  type: string;
  label?: string;
  width?: number;
  height?: number;
}

function player(sources: readonly PageSource[], { poster, tracks = [] }: PlayerExtras = {}): string {
  const tags = sources.map(({ path, ...attributes }) => {
    const pairs = Object.entries({ src: path, ...attributes });
    return `<source ${pairs.map(([name, value]) => `${name}="${escape(String(value))}"`).join(" ")}>`;
  });
  for (const { path, language } of tracks)
    tags.push(`<track kind="subtitles" srclang="${escape(language)}" src="${escape(path)}">`);
  const picture = poster === undefined ? "" : ` poster="${escape(poster)}"`;
  return `<video controls${picture}>${tags.join("")}</video>`;
}

function htmlPage(title: string, body: string): string {
  return `<!doctype html>
<html><head><meta charset="utf-8"><title>${escape(title)} – sample site</title>
<meta property="og:title" content="${escape(title)}"></head>
<body>${body}</body></html>
`;
}

function escape(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
