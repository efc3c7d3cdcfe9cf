import { cleanName, clipBytes, oneLine } from "@dwld/text";

/** ext4 and most servers take 255; the sender puts " (12)" into it. */
const maxNameBytes = 200;
const maxIdBytes = 60;
const maxEndingBytes = 40;

/**
 * The name a person finds on the server: `{title} [{id}]{ending}`, in UTF-8 and NFC. Titles are hostile: separators,
 * controls, bidirectional overrides, leading dots and dashes, and more bytes than a name may have.
 *
 * @param ending with its dot: ".mp4", ".en.vtt".
 */
export function cleanFileName(video: { title: string; id: string }, ending: string): string {
  // The blank before a part's times belongs to it.
  const tail = clipBytes((ending.startsWith(" ") ? " " : "") + clean(ending), maxEndingBytes);
  const id = clipBytes(clean(video.id), maxIdBytes).trim();
  const mark = id === "" ? "" : ` [${id}]`;
  const room = maxNameBytes - Buffer.byteLength(mark + tail);
  const title = cleanName(clean(video.title), room);
  return `${title === "" ? "video" : title}${mark}${tail}`;
}

/** Look-alikes for what a file system or Windows refuses; what is not seen goes. */
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
