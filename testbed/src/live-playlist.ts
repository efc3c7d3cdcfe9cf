/** So much of a live stream can be seen at once, as with a television's buffer. */
const windowSegments = 6;
/** What is there already when the first viewer comes. */
const headStartSegments = 3;

/**
 * The media playlist of a finished HLS stream, as it looks `elapsedMs` after its start: without an end, with a window
 * that slides (RFC 8216, 6.2.2), and with the end once the last segment is out.
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
