import { hasHidden, withoutHidden } from "./hidden.ts";
import { oneLine } from "./one-line.ts";

/**
 * Text of a stranger as the name of one file or folder: no separators, nothing that hides it (a leading dot), that is an
 * option or somebody's home (a leading dash or tilde), or that Windows drops (trailing dots). Empty where nothing is left.
 */
export function cleanName(text: string, maxBytes = Infinity): string {
  const name = oneLine(text)
    .replaceAll(/[/\\]/g, "_")
    .replace(/^[\s.~-]+/u, "");
  // A joiner at the cut joins nothing any more.
  const clipped = withoutHidden(clipBytes(name, maxBytes)).replace(/[\s.]+$/u, "");
  return isBlank(clipped) ? "" : clipped;
}

/** Why a text is not taken as the name of one folder; undefined where it is. It goes on after the field's name. */
export function faultOfName(name: string, maxBytes: number): string | undefined {
  if (!name.isWellFormed()) return "is no valid Unicode";
  if (/[/\\]/.test(name)) return "holds a slash: it is one name, not a path";
  if (/\p{Cc}/u.test(name)) return "holds a control character";
  if (hasHidden(name)) return "holds a character that is not seen, or that changes the direction of text";
  if (isBlank(name)) return "has nothing in it that is seen";
  if (name.startsWith(".")) return "begins with a dot";
  if (name.startsWith("-")) return "begins with a dash";
  if (name !== name.trim()) return "begins or ends with a space";
  const bytes = Buffer.byteLength(name);
  return bytes > maxBytes ? `takes ${bytes} bytes in UTF-8: at most ${maxBytes} are allowed` : undefined;
}

/** At most so many bytes of UTF-8, in whole graphemes: half an emoji is no letter. */
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

/** Nothing but blanks, that of Braille among them, and marks on nothing. */
function isBlank(name: string): boolean {
  return /^[\s\p{M}\u2800\p{DI}]*$/u.test(name);
}
