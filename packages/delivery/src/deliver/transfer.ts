import { type FileRow, forgetPart, partsOf } from "@dwld/queue";
import { DestinationError, type HashAlgorithm } from "../destination/destination.ts";
import { SourceFile } from "../source/source-file.ts";
import type { Upload } from "./upload.ts";
import { bySizeAlone, compareHash, noHashError, readBack, type Wanted } from "./verify.ts";

/** Below it, to go on costs more than to begin anew. */
const leastResumedBytes = 1024 * 1024;

/**
 * Brings a file to the server under its temporary name, and verifies it there. How it was verified.
 *
 * What an earlier run began is gone on with where the server allows it. Why that costs no byte:
 *
 * - Each run writes under a name of its own, so that no late command of an earlier sender, dead or frozen, reaches what
 *   this one writes: the earlier part is renamed first, and only its size and hash after that count.
 * - A data connection of such a sender that is still open writes the bytes of the same source at the same places; what
 *   it appends makes the file longer, and is seen by its size.
 * - A part may still be no prefix: a server that lost power leaves zeros, or a truncation comes late. So what was
 *   resumed is compared by its content when it is whole: by the server's hash, or by reading it back.
 */
export async function sendPart(upload: Upload, path: string): Promise<string> {
  const { file, session, created, rules, destination } = upload;
  // Before anything is sent.
  if (rules.verify === "hash" && session.hashAlgorithm === undefined) throw noHashError(destination.name);
  const algorithm = session.hashAlgorithm;
  const expected = { path: file.local_path ?? file.name, sizeBytes: file.size_bytes, sha256: file.sha256 };
  await using source = await SourceFile.open(expected, algorithm);
  created.add(path);
  const startAt = await takeOver(upload, path, source);
  if (startAt === 0 || startAt < file.size_bytes) await send(upload, path, source, startAt);
  source.verify();
  await compareSize(upload, path);
  return await compareContent(upload, path, source, { algorithm, resumed: startAt > 0 });
}

/** How many bytes of the file are there under its temporary name, from an earlier run; what else there was is gone. */
async function takeOver(upload: Upload, path: string, source: SourceFile): Promise<number> {
  const { database, destination, session, file } = upload;
  const parts = partsOf(database, file, destination.name).filter((part) => part !== path);
  let startAt = 0;
  for (const part of parts) {
    if (startAt === 0 && session.resumes) startAt = await resumePart(upload, part, path, source);
    await discard(upload, part);
  }
  return startAt;
}

/** Its size under the new name, where it is a prefix of the source as far as can be seen; else 0. */
async function resumePart(upload: Upload, part: string, path: string, source: SourceFile): Promise<number> {
  const { session, file, stalledAt } = upload;
  const sizeBytes = await session.size(part);
  // Not a byte came to it: a server may keep it for a sender that is frozen (vsftpd's lock_upload_files).
  if (!isWorthIt(sizeBytes, file) || sizeBytes === stalledAt.get(file.seq)) return 0;
  try {
    await session.rename(part, path);
  } catch (error) {
    // Somebody still has it open, on a server that minds.
    if (error instanceof DestinationError && ["name_refused", "unknown"].includes(error.kind)) return 0;
    throw error;
  }
  return await prefixSize(upload, path, source);
}

function isWorthIt(sizeBytes: number | undefined, file: FileRow): sizeBytes is number {
  return sizeBytes !== undefined && sizeBytes >= leastResumedBytes && sizeBytes <= file.size_bytes;
}

/** What the server had received of the earlier transfer may still be on its way to the disk: then it is looked at again. */
async function prefixSize({ session, file, signal }: Upload, path: string, source: SourceFile): Promise<number> {
  const digest = (algorithm: HashAlgorithm) => Promise.resolve(source.digest(algorithm));
  for (let sizeBytes = await session.size(path); isWorthIt(sizeBytes, file);) {
    await source.skip(sizeBytes, signal);
    const compared = await compareHash(session, path, { sizeBytes, sha256: "", digest });
    if (compared?.same !== false) return sizeBytes;
    const now = await session.size(path);
    if (now === undefined || now <= sizeBytes) break;
    sizeBytes = now;
  }
  source.rewind();
  return 0;
}

async function send(upload: Upload, path: string, source: SourceFile, startAt: number): Promise<void> {
  const { session, onProgress, file, stalledAt } = upload;
  onProgress(startAt, "upload");
  const stream = source.stream((bytes) => {
    onProgress(bytes, "upload");
  });
  try {
    await session.put(path, stream, startAt);
  } catch (error) {
    if (error instanceof DestinationError && error.kind === "stalled") stalledAt.set(file.seq, startAt);
    throw source.problem ?? error;
  }
}

/** Nobody goes on with it. One that cannot be removed now is removed later: it is written down. */
export async function discard({ session, database, destination }: Upload, part: string): Promise<void> {
  try {
    await session.remove(part);
  } catch (error) {
    if (error instanceof DestinationError && ["permission", "unknown"].includes(error.kind)) return;
    throw error;
  }
  await forgetPart(database, { destination: destination.name, path: part });
}

/** @throws DestinationError where the server has another number of bytes, after removing them. */
export async function compareSize(upload: Upload, path: string): Promise<void> {
  const { session, file } = upload;
  const sizeBytes = await session.size(path);
  if (sizeBytes === file.size_bytes) return;
  await refuse(upload, path, `has ${sizeBytes ?? "no"} bytes of ${path} where ${file.size_bytes} were sent`);
}

/** @throws DestinationError where the server has other bytes, after removing them. */
async function compareContent(
  upload: Upload,
  path: string,
  source: SourceFile,
  { algorithm, resumed }: { algorithm: HashAlgorithm | undefined; resumed: boolean },
): Promise<string> {
  const { session, file, rules, destination, onProgress } = upload;
  const wanted: Wanted = {
    sizeBytes: file.size_bytes,
    sha256: file.sha256,
    digest: (asked) => Promise.resolve(source.digest(asked)),
  };
  // A server may compute for minutes: that is no upload that stands still.
  onProgress(file.size_bytes, "verify");
  let compared = rules.verify === "readback" ? undefined : await compareHash(session, path, wanted);
  if (compared === undefined && rules.verify === "hash") throw noHashError(destination.name);
  if (compared === undefined && (rules.verify === "readback" || resumed))
    compared = await readBack(session, path, wanted, (bytes) => {
      onProgress(bytes, "verify");
    });
  if (compared === undefined) return bySizeAlone(algorithm);
  if (!compared.same) await refuse(upload, path, `has other bytes of ${path} than were sent (by ${compared.by})`);
  return compared.by;
}

async function refuse({ session, destination, database, created }: Upload, path: string, how: string): Promise<never> {
  await session.remove(path);
  await forgetPart(database, { destination: destination.name, path });
  created.delete(path);
  throw new DestinationError({
    kind: "unknown",
    stage: "work",
    message: `${destination.name} ${how}`,
    advice:
      "The copy was removed, and the file is sent again. If it happens each time, check the server's disk and quota.",
  });
}
