import type { FileRow } from "@dwld/queue";
import { isFailure, isRefusedRemoval } from "../destination/destination-error.ts";
import type { HashAlgorithm } from "../destination/destination.ts";
import type { SourceFile } from "../source/source-file.ts";
import type { FileDelivery, FileInSession } from "./file-delivery.ts";
import { compareHash } from "./verify.ts";

/** Resuming fewer bytes costs more than to begin anew. */
const minResumedBytes = 1024 * 1024;

type ResumingDelivery = Pick<FileDelivery, "session" | "record" | "signal">;

type Resumption = {
  readonly source: SourceFile;
  /** The bytes with which the last upload had begun, if it stalled. */
  readonly stalledAtBytes: number | undefined;
};

/**
 * Takes over what earlier runs have begun of a file, and removes the rest of it. Returns the number of bytes that are
 * there under the new temporary path; 0: the file has to be sent from its beginning. Why that costs no byte:
 *
 * - Each run writes under a name of its own. The earlier part is renamed first, so that no late command of an earlier
 *   sender, dead or frozen, reaches what this one writes; only its size and hash after that count.
 * - A data connection of such a sender that is still open writes the bytes of the same source at the same places. What it
 *   appends makes the file longer, and is seen by its size.
 * - A part may still be no prefix: a server that lost power leaves zeros, or a truncation comes late. So a resumed copy
 *   is compared by its content when it is whole (`verifyCopy`).
 */
export async function takeOverParts(delivery: ResumingDelivery, part: string, resumption: Resumption): Promise<number> {
  const { session, record } = delivery;
  let startAt = 0;
  for (const earlier of (await record.parts()).filter((path) => path !== part)) {
    const taken = startAt === 0 && session.resumes ? await takeOver(delivery, earlier, part, resumption) : undefined;
    startAt = taken ?? startAt;
    if (taken === undefined) await removePart(delivery, earlier);
    else await record.forgetPart(earlier);
  }
  return startAt;
}

/**
 * Renames an earlier part. Returns its bytes if they are a prefix of the source as far as can be seen, else 0; undefined
 * if it was not renamed.
 */
async function takeOver(
  delivery: ResumingDelivery,
  earlier: string,
  part: string,
  { source, stalledAtBytes }: Resumption,
): Promise<number | undefined> {
  const { session, record } = delivery;
  const sizeBytes = await session.size(earlier);
  // Not a byte came to it: a server may keep it for a sender that is frozen (vsftpd's lock_upload_files).
  if (!isWorthIt(sizeBytes, record.file) || sizeBytes === stalledAtBytes) return undefined;
  try {
    await session.rename(earlier, part);
  } catch (error) {
    // Another client still has it open, on a server that minds.
    if (isFailure(error, "name_refused", "unknown")) return undefined;
    throw error;
  }
  return await prefixBytes(delivery, part, source);
}

function isWorthIt(sizeBytes: number | undefined, file: FileRow): sizeBytes is number {
  return sizeBytes !== undefined && sizeBytes >= minResumedBytes && sizeBytes <= file.size_bytes;
}

/** Looks again as long as the part grows: the server may still be writing what it received of the earlier transfer. */
async function prefixBytes(
  { session, record, signal }: ResumingDelivery,
  part: string,
  source: SourceFile,
): Promise<number> {
  const digest = (algorithm: HashAlgorithm) => Promise.resolve(source.digest(algorithm));
  for (let sizeBytes = await session.size(part); isWorthIt(sizeBytes, record.file);) {
    await source.skip(sizeBytes, signal);
    const compared = await compareHash(session, part, { sizeBytes, sha256: "", digest });
    if (compared?.same !== false) return sizeBytes;
    const grown = await session.size(part);
    if (grown === undefined || grown <= sizeBytes) break;
    sizeBytes = grown;
  }
  source.rewind();
  return 0;
}

/** Removes a temporary file. If the destination refuses, it stays on record, and is removed later (`PendingCleanup`). */
export async function removePart({ session, record }: FileInSession, path: string): Promise<void> {
  try {
    await session.remove(path);
  } catch (error) {
    if (isRefusedRemoval(error)) return;
    throw error;
  }
  await record.forgetPart(path);
}
