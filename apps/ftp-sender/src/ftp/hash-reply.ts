import { posix } from "node:path";
import type { HashAlgorithm } from "@dwld/delivery";

const hexDigits: Readonly<Record<HashAlgorithm, number>> = { sha256: 64, sha1: 40, md5: 32, crc32: 8 };

/**
 * Returns the hash in a reply to HASH, MD5, XSHA256 and the like, as lower-case hexadecimal; undefined if it has none of the
 * algorithm's length, or more than one.
 *
 * Seen: "213 SHA-256 0-49 <hash> name" (draft-bryan-ftpext-hash), "251 name <hash>" (draft-twine-ftpmd5), "250 <hash>",
 * '250 "name" <hash>', "250 XCRC <hash>", each also as the last of several lines; a CRC-32 also without its leading
 * zeros or behind "0x".
 *
 * @param path of the file, which may look like a hash itself.
 */
export function readHash(reply: string, algorithm: HashAlgorithm, path: string): string | undefined {
  const line = (reply.split("\n").at(-1) ?? "").replace(/^\d{3}[ -]?/, "");
  const words = line
    .replaceAll(path, " ")
    .replaceAll(posix.basename(path), " ")
    .split(/[\s"]+/u);
  const digits = hexDigits[algorithm];
  const whole = words.filter((word) => word.length === digits && /^[\da-f]+$/i.test(word));
  if (whole.length > 0) return whole.length === 1 ? whole[0]?.toLowerCase() : undefined;
  if (algorithm !== "crc32") return undefined;
  // Neither "3" (milliseconds) nor "added".
  const short = words.findLast((word) => /^(0x)?[\da-f]{5,8}$/i.test(word) && /\d/.test(word));
  return short?.replace(/^0x/i, "").toLowerCase().padStart(digits, "0");
}
