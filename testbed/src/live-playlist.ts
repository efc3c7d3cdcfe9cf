/** Segments of a live stream that can be seen at once. */
const windowSegments = 6;
/** Segments that exist when the first viewer comes. */
const headStartSegments = 3;

/**
 * Returns the media playlist of an HLS stream `elapsedMs` after its start: a sliding window (RFC 8216, 6.2.2), with an end
 * after the last segment.
 */
export function livePlaylist(whole: string, elapsedMs: number, over: boolean): string {
  const lines = whole.split("\n");
  const segments = lines.flatMap((line, index) => (line.startsWith("#EXTINF") ? [[line, lines[index + 1] ?? ""]] : []));
  const seconds = headStartSegments + Math.floor(elapsedMs / 1000);
  const last = over ? segments.length : Math.min(segments.length, seconds);
  const first = Math.max(0, last - windowSegments);
  return [
    "#EXTM3U",
    "#EXT-X-VERSION:3",
    "#EXT-X-TARGETDURATION:1",
    `#EXT-X-MEDIA-SEQUENCE:${first}`,
    ...segments.slice(first, last).flat(),
    ...(over || seconds > segments.length ? ["#EXT-X-ENDLIST"] : []),
    "",
  ].join("\n");
}
