/** A link as people read it: without its scheme. */
export function shortLink(link: string): string {
  return link.replace(/^https?:\/\/(www\.)?/i, "");
}
