/** As AddTask has it: one name, and a path of at most four below it, each of at most 64 bytes. */
export type UserPath = { userName: string; folder: string };

const maxSegments = 1 + 4;
const maxSegmentBytes = 64;

/**
 * The first contract's `userName` was used as a path by its bots: "ann/films/new". What today's contract refuses is
 * cleaned here, since an old bot could tell nobody: either slash separates, "." and "..", controls and leading dots go,
 * a name that is too long is cut at a whole letter, and files that would lie deeper than five folders lie in the fifth.
 */
export function splitUserPath(path: string): UserPath {
  const [userName = "", ...folders] = path
    .split(/[/\\]/)
    .map(cleanSegment)
    .filter((segment) => segment !== "")
    .slice(0, maxSegments);
  return { userName, folder: folders.join("/") };
}

/** Controls, and what turns the order of a line around. */
const invisible = /[\p{Cc}\p{Zl}\p{Zp}\u200E\u200F\u202A-\u202E\u2066-\u2069\uFEFF]/gu;

function cleanSegment(text: string): string {
  const name = text
    .toWellFormed()
    .replaceAll(invisible, "")
    .normalize("NFC")
    .replace(/^[\s.]+/u, "")
    .trim();
  return clip(name).trim();
}

/** By graphemes: half an emoji is no letter. */
function clip(name: string): string {
  if (Buffer.byteLength(name) <= maxSegmentBytes) return name;
  let clipped = "";
  for (const { segment } of new Intl.Segmenter().segment(name)) {
    if (Buffer.byteLength(clipped + segment) > maxSegmentBytes) break;
    clipped += segment;
  }
  return clipped;
}
