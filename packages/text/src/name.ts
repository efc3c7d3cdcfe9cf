import { clipBytes } from "./clip.ts";
import { hasControls, hasHidden, withoutHidden } from "./hidden.ts";
import { oneLine } from "./one-line.ts";

/** The devices of Windows, whatever stands behind their dot: no file can have such a name there. */
const reserved = /^(?:con|prn|aux|nul|com[\d¹²³]|lpt[\d¹²³])(?=\s*(?:\.|$))/iu;

/**
 * Returns untrusted text as the name of one file or folder, or "" if nothing is left: no separators, no leading dot (a
 * hidden file), dash (an option) or tilde (a home folder), no trailing dots, which Windows drops, and no device of Windows.
 */
export function cleanName(text: string, maxBytes = Infinity): string {
  const name = oneLine(text)
    .replaceAll(/[/\\]/g, "_")
    .replace(/^[\s.~-]+/u, "")
    .replace(reserved, "_$&");
  // Clipping may leave a joiner at the end, where it is hidden.
  const clipped = withoutHidden(clipBytes(name, maxBytes)).replace(/[\s.]+$/u, "");
  return isBlank(clipped) ? "" : clipped;
}

/** Returns why text cannot be the name of one folder, to stand after the field's name; undefined if it can. */
export function faultOfName(name: string, maxBytes: number): string | undefined {
  if (!name.isWellFormed()) return "is no valid Unicode";
  if (/[/\\]/.test(name)) return "holds a slash: it is one name, not a path";
  if (hasControls(name)) return "holds a control character";
  if (hasHidden(name)) return "holds a character that is not seen, or that changes the direction of text";
  if (isBlank(name)) return "has nothing in it that is seen";
  if (name.startsWith(".")) return "begins with a dot";
  if (name.startsWith("-")) return "begins with a dash";
  if (name !== name.trim()) return "begins or ends with a space";
  const bytes = Buffer.byteLength(name);
  return bytes > maxBytes ? `takes ${bytes} bytes in UTF-8: at most ${maxBytes} are allowed` : undefined;
}

/** Whether text has only spaces (Braille's blank too), combining marks and characters that show nothing. */
function isBlank(name: string): boolean {
  return /^[\s\p{M}\u2800\p{DI}]*$/u.test(name);
}
