import { cleanName, clipBytes } from "@dwld/text";

/** Below the 255 bytes that file systems allow, so that a suffix, or a server that counts otherwise, has room. */
const longestNameBytes = 200;

/** A longer one is taken for a part of the title. */
const longestEndingBytes = 40;
const longestExtensionBytes = 16;

/** A longer one is cut with the title. */
const longestMarkBytes = 80;

/** Beside the final name, so that a rename stays within one file system; told by its name to be dwld's. */
export function temporaryName(taskId: string, fileNumber: number, run: string): string {
  return `.dwld-${taskId}-${fileNumber}.${run}.part`;
}

/** What a file's name is made of; see the worker's `cleanFileName`: `{title} [{id}]{ending}`. */
export type NameParts = {
  title: string;
  /** Without its brackets; empty where there is none. */
  id: string;
  /** Which part of the video it is, "1m30s-2m"; empty for the whole. */
  section: string;
  /** With its dot: ".mp4", ".en.vtt"; empty where there is none. */
  ending: string;
};

const time = String.raw`(?:\d+(?:\.\d+)?[hms])+`;
const ending = String.raw`(?:\.[\p{L}\p{N}_-]+)*`;
const named = new RegExp(
  String.raw`^(?<title>.*?) ?\[(?<id>[^[\]]+)\](?: (?<section>${time}-(?:end|${time})))?(?<ending>${ending})$`,
  "su",
);

/** Of a name that is clean already. */
export function nameParts(name: string): NameParts {
  const { title = "", id = "", section = "", ending: tail = "" } = named.exec(name)?.groups ?? {};
  if (id !== "" && Buffer.byteLength(tail) <= longestEndingBytes) return { title, id, section, ending: tail };
  const extension = extensionOf(name);
  return { title: trimEnd(name.slice(0, name.length - extension.length)), id: "", section: "", ending: extension };
}

/**
 * The name a file gets on the server: the local one without what a server or the file system behind it may refuse,
 * in NFC, at most 200 bytes of UTF-8. Where it has to be cut, the title is, not its closing ` [id]` or the ending.
 *
 * @param copy 1 for the name itself; n for the one with ` (n)`, for where the others are taken.
 */
export function remoteName(localName: string, taskId: string, copy = 1): string {
  const clean = cleanName(localName);
  const { ending: tail } = nameParts(clean);
  return fitName({ stem: clean.slice(0, clean.length - tail.length), ending: tail }, taskId, copy);
}

/** Made to fit, with the copy's number between the two: "Title [id] (2).en.vtt". */
export function fitName(
  { stem, ending: tail }: { stem: string; ending: string },
  taskId: string,
  copy: number,
): string {
  const suffix = copy === 1 ? tail : ` (${copy})${tail}`;
  const whole = trimEnd(stem);
  const mark = / \[[^[\]]+\](?: [\dhms.]+-(?:end|[\dhms.]+))?$/u.exec(whole)?.[0] ?? "";
  const kept = mark !== whole && Buffer.byteLength(mark) <= longestMarkBytes ? mark : "";
  const room = longestNameBytes - Buffer.byteLength(kept + suffix);
  const title = trimEnd(clipBytes(whole.slice(0, whole.length - kept.length), room));
  return `${title + kept || taskId}${suffix}`;
}

/** For a server that refuses the other: letters, digits and dashes alone. */
export function plainName(localName: string, taskId: string): string {
  return `${taskId}${extensionOf(cleanName(localName))}`;
}

/** One segment of a path. May be empty. */
export function cleanSegment(text: string): string {
  return cleanName(text, longestNameBytes);
}

/** Windows, behind a server, drops them, and the file is then not found under its name. */
function trimEnd(text: string): string {
  return text.replace(/[\s.]+$/u, "");
}

function extensionOf(name: string): string {
  const extension = /(?<=.)\.[\p{L}\p{N}]+$/u.exec(name)?.[0] ?? "";
  return Buffer.byteLength(extension) <= longestExtensionBytes ? extension : "";
}
