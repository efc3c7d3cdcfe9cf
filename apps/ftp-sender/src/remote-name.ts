import { posix } from "node:path";

/** Below the 255 bytes that file systems allow, so that a suffix, or a server that counts otherwise, has room. */
const longestNameBytes = 200;

/** A longer one is taken for a part of the title. */
const longestExtensionBytes = 16;

/** A longer one is cut with the title. */
const longestIdBytes = 80;

/** The folder on the server for a task's files: `{directory}/{user name}/{folder}`, of which the last two may be empty. */
export function remoteFolder(directory: string, userName: string, folder: string): string {
  return posix.join(directory, userName, folder);
}

/** Beside the final name, so that a rename stays within one file system; told by its name to be dwld's. */
export function temporaryName(taskId: string, fileNumber: number): string {
  return `.dwld-${taskId}-${fileNumber}.part`;
}

/**
 * The name a file gets on the server: the local one without what a server or the file system behind it may refuse,
 * in NFC, at most 200 bytes of UTF-8. Where it has to be cut, the title is, not its closing ` [id]` or the extension.
 *
 * @param copy 1 for the name itself; n for the one with ` (n)`, for where the others are taken.
 */
export function remoteName(localName: string, taskId: string, copy = 1): string {
  const clean = cleanName(localName);
  const extension = extensionOf(clean);
  const suffix = copy === 1 ? extension : ` (${copy})${extension}`;
  const stem = trimEnd(clean.slice(0, clean.length - extension.length));
  const id = / \[[^[\]]+\]$/u.exec(stem)?.[0] ?? "";
  const kept = id !== stem && Buffer.byteLength(id) <= longestIdBytes ? id : "";
  const room = longestNameBytes - Buffer.byteLength(kept + suffix);
  const title = trimEnd(cutToBytes(stem.slice(0, stem.length - kept.length), room));
  return `${title + kept || taskId}${suffix}`;
}

/** For a server that refuses the other: letters, digits and dashes alone. */
export function plainName(localName: string, taskId: string): string {
  return `${taskId}${extensionOf(cleanName(localName))}`;
}

function cleanName(name: string): string {
  const printable = name
    .toWellFormed()
    .normalize("NFC")
    .replaceAll(/[/\\]/gu, "_")
    // Tabs and line ends stand for a space; the other controls, and marks that turn the direction of text, for nothing.
    .replaceAll(/[\t\n\r\u2028\u2029]+/gu, " ")
    .replaceAll(/[\p{Cc}\u061C\u200B\u200E\u200F\u202A-\u202E\u2060\u2066-\u2069\uFEFF]/gu, "");
  // A leading dot hides the file; a leading dash is an option to the `ls` behind some servers' listing.
  return trimEnd(printable.replace(/^[\s.-]+/u, ""));
}

/** Windows, behind a server, drops them, and the file is then not found under its name. */
function trimEnd(text: string): string {
  return text.replace(/[\s.]+$/u, "");
}

function extensionOf(name: string): string {
  const extension = /(?<=.)\.[\p{L}\p{N}]+$/u.exec(name)?.[0] ?? "";
  return Buffer.byteLength(extension) <= longestExtensionBytes ? extension : "";
}

/** Between what a reader sees as letters, so that no emoji is cut in two. */
function cutToBytes(text: string, bytes: number): string {
  if (Buffer.byteLength(text) <= bytes) return text;
  let kept = "";
  let size = 0;
  for (const { segment } of new Intl.Segmenter().segment(text)) {
    size += Buffer.byteLength(segment);
    if (size > bytes) break;
    kept += segment;
  }
  return kept;
}
