import { cleanName, clipBytes, oneLine, withoutHidden } from "@dwld/text";

/** ext4 and most servers allow 255 bytes; the delivery may add " (12)". */
const maxNameBytes = 200;
const maxIdBytes = 60;
const maxEndingBytes = 40;

/**
 * Returns the name that a person finds on the server: `{title} [{id}]{ending}`, in UTF-8 and NFC. Titles are hostile:
 * separators, controls, bidirectional overrides, leading dots and dashes, more bytes than a name may have.
 *
 * @param ending with its dot: ".mp4", ".en.vtt".
 */
export function cleanFileName(video: { title: string; id: string }, ending: string): string {
  // A section's label begins with a space, which `clean` would remove.
  const tail = clipBytes((ending.startsWith(" ") ? " " : "") + clean(ending), maxEndingBytes);
  const id = clipBytes(clean(video.id), maxIdBytes).trim();
  const mark = id === "" ? "" : ` [${id}]`;
  const room = maxNameBytes - Buffer.byteLength(mark + tail);
  const title = cleanName(clean(video.title), room);
  // Where a part was cut, a joiner may have lost what it joined.
  return withoutHidden(`${title === "" ? "video" : title}${mark}${tail}`).replace(/[\s.]+$/u, "");
}

/** Replaces what a file system or Windows refuses by look-alikes, and removes what is not visible. */
function clean(text: string): string {
  return oneLine(text)
    .replaceAll("/", "⧸")
    .replaceAll("\\", "⧹")
    .replaceAll(":", "：")
    .replaceAll("*", "＊")
    .replaceAll("?", "？")
    .replaceAll('"', "＂")
    .replaceAll("<", "＜")
    .replaceAll(">", "＞")
    .replaceAll("|", "｜");
}
