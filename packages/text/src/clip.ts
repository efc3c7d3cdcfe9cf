/**
 * Returns text as it is, or its beginning, which ends in `mark`: together at most `maxUnits` units of UTF-16, as `length`
 * counts. No character that takes two of them is cut in two.
 */
export function clipText(text: string, maxUnits: number, mark = ""): string {
  if (text.length <= maxUnits) return text;
  const end = Math.max(0, maxUnits - mark.length);
  const cutsCharacter = end > 0 && (text.codePointAt(end - 1) ?? 0) > 0xff_ff;
  return text.slice(0, cutsCharacter ? end - 1 : end) + mark;
}

/** Cuts text to at most `maxBytes` of UTF-8, between graphemes, so that no emoji is cut in two. */
export function clipBytes(text: string, maxBytes: number): string {
  if (Buffer.byteLength(text) <= maxBytes) return text;
  let end = 0;
  let bytes = 0;
  for (const { segment, index } of new Intl.Segmenter().segment(text)) {
    bytes += Buffer.byteLength(segment);
    if (bytes > maxBytes) break;
    end = index + segment.length;
  }
  return text.slice(0, end);
}
