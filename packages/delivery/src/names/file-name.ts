import { cleanName, clipBytes } from "@dwld/text";

/** Below the 255 bytes that file systems allow: there is room for a suffix, and for a server that counts otherwise. */
const maxNameBytes = 200;

/** A longer ending or extension is part of the title. */
const maxEndingBytes = 40;
const maxExtensionBytes = 16;

/** A longer ` [id]` is cut with the title. */
const maxMarkBytes = 80;

/** Returns a name in the folder of the final one, so that a rename stays within one file system. It says that it is dwld's. */
export function temporaryName(taskId: string, fileNumber: number, run: string): string {
  return `.dwld-${taskId}-${fileNumber}.${run}.part`;
}

/** The parts of a file's name, which the worker's `cleanFileName` makes: `{title} [{id}]{ending}`. */
export type NameParts = {
  title: string;
  /** Without its brackets; empty if there is none. */
  id: string;
  /** The part of the video, "1m30s-2m"; empty for the whole. */
  section: string;
  /** With its dot: ".mp4", ".en.vtt"; empty if there is none. */
  ending: string;
};

const time = String.raw`(?:\d+(?:\.\d+)?[hms])+`;
const ending = String.raw`(?:\.[\p{L}\p{N}_-]+)*`;
const named = new RegExp(
  String.raw`^(?<title>.*?) ?\[(?<id>[^[\]]+)\](?: (?<section>${time}-(?:end|${time})))?(?<ending>${ending})$`,
  "su",
);

/** Splits a name that is clean already. */
export function nameParts(name: string): NameParts {
  const { title = "", id = "", section = "", ending: tail = "" } = named.exec(name)?.groups ?? {};
  if (id !== "" && Buffer.byteLength(tail) <= maxEndingBytes) return { title, id, section, ending: tail };
  const extension = extensionOf(name);
  return { title: trimEnd(name.slice(0, name.length - extension.length)), id: "", section: "", ending: extension };
}

/**
 * Joins a name of at most 200 bytes of UTF-8, with the copy's number between stem and ending: "Title [id] (2).en.vtt". If
 * it has to be cut, the title is, not its closing ` [id]` or the ending. The task's id stands in for an empty name.
 *
 * @param copy 1 for the name itself.
 */
export function fitName(
  { stem, ending: tail }: { stem: string; ending: string },
  taskId: string,
  copy: number,
): string {
  const suffix = copy === 1 ? tail : ` (${copy})${tail}`;
  const whole = trimEnd(stem);
  const mark = / \[[^[\]]+\](?: [\dhms.]+-(?:end|[\dhms.]+))?$/u.exec(whole)?.[0] ?? "";
  const kept = mark !== whole && Buffer.byteLength(mark) <= maxMarkBytes ? mark : "";
  const room = maxNameBytes - Buffer.byteLength(kept + suffix);
  const title = trimEnd(clipBytes(whole.slice(0, whole.length - kept.length), room));
  return `${title + kept || taskId}${suffix}`;
}

/** Returns a name of letters, digits and dashes alone, for a server that refuses the title. */
export function plainName(localName: string, taskId: string): string {
  return `${taskId}${extensionOf(cleanName(localName))}`;
}

/** Returns a text as one segment of a path. It may be empty. */
export function cleanSegment(text: string): string {
  return cleanName(text, maxNameBytes);
}

/** Removes trailing dots and spaces: a server on Windows drops them, and the file is not found under its name. */
function trimEnd(text: string): string {
  return text.replace(/[\s.]+$/u, "");
}

function extensionOf(name: string): string {
  const extension = /(?<=.)\.[\p{L}\p{N}]+$/u.exec(name)?.[0] ?? "";
  return Buffer.byteLength(extension) <= maxExtensionBytes ? extension : "";
}
