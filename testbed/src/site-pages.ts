/** The page's html as yt-dlp's generic extractor takes it (2025.04.30): og:title, and one video with its sources. */
export function watchPage(title: string, sources: readonly PageSource[]): string {
  return htmlPage(title, player(sources));
}

/** A page with several players; the generic extractor makes one playlist of it, all of one page link. */
export function playlistPage(title: string, players: readonly (readonly PageSource[])[]): string {
  return htmlPage(title, players.map(player).join("\n"));
}

/**
 * RSS 2.0; the generic extractor makes a playlist of links of it. Without guid: with one, yt-dlp hides it in the
 * entry's link.
 */
export function playlistFeed(title: string, items: readonly { title: string; link: string }[]): string {
  const entries = items.map(
    (item) => `<item><title>${escape(item.title)}</title><link>${escape(item.link)}</link></item>`,
  );
  return `<?xml version="1.0" encoding="UTF-8"?>
<rss version="2.0"><channel><title>${escape(title)}</title><link>/</link><description></description>
${entries.join("\n")}
</channel></rss>
`;
}

/** A `<source>`; where label, width and height are known, yt-dlp takes them for the format's. */
export interface PageSource {
  path: string;
  type: string;
  label?: string;
  width?: number;
  height?: number;
}

function player(sources: readonly PageSource[]): string {
  const tags = sources.map(({ path, ...attributes }) => {
    const pairs = Object.entries({ src: path, ...attributes });
    return `<source ${pairs.map(([name, value]) => `${name}="${escape(String(value))}"`).join(" ")}>`;
  });
  return `<video controls>${tags.join("")}</video>`;
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
