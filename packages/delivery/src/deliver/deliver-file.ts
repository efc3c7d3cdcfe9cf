import { posix } from "node:path";
import type { Texts } from "@dwld/queue";
import { isFailure } from "../destination/destination-error.ts";
import type { HashAlgorithm, MadeFolder, Session } from "../destination/destination.ts";
import { candidatePaths, type FilePaths, pathsIn, plainPaths } from "../names/candidate-paths.ts";
import { SourceError } from "../source/source-error.ts";
import { SourceFile } from "../source/source-file.ts";
import type { DeliveryRules } from "./delivery-rules.ts";
import type { FileRecord } from "./file-record.ts";
import { publish, type PublishStep } from "./publish.ts";
import { type EarlyName, looksFirst, partPath } from "./reserve-at-claim.ts";
import { reserveName } from "./reserve-name.ts";
import { transfer, type TransferStep } from "./transfer.ts";
import { compareHash, readBack } from "./verify.ts";

/** One file on its way to a destination. */
export type FileDelivery = TransferStep &
  Pick<PublishStep, "onPublishing"> & {
    readonly session: Session;
    readonly record: FileRecord;
    readonly rules: DeliveryRules;
    readonly paths: FilePaths;
    /** See `NameStep`. */
    readonly seen: ReadonlyMap<string, number | undefined>;
    readonly reserved?: EarlyName | undefined;
  };

/**
 * Delivers a file: folder → name → transfer and verify → publish → record.
 *
 * Idempotent: skips what is on record, adopts its own copy under the final name, resumes a part.
 *
 * @returns for a person, why its folder has another name than was asked for.
 * @throws DestinationError, SourceError, LeaseLostError, or the reason of the signal.
 */
export async function deliverFile(delivery: FileDelivery): Promise<Texts | undefined> {
  const { session, record, rules, paths, onPublishing } = delivery;
  if (record.file.delivered_at !== null) return undefined;
  const folder = await ensureFolder(
    session,
    posix.dirname(paths.ofCopy(1)),
    posix.join(rules.directory, record.taskId),
  );
  // A reservation in another folder is of no use.
  const reserved = posix.dirname(delivery.reserved?.path ?? "") === folder.path ? delivery.reserved : undefined;
  const step = stepsIn(folder.path, { ...delivery, reserved });
  const name = reserved ?? (await reserveName(step.candidates(), step));
  if (name === "adopted") return folder.remark;
  const part = step.partFor(name.path);
  const verifiedBy = await transfer(part, step);
  const path = await publish(part, name, step);
  if (path !== undefined) record.delivered(path, part, verifiedBy);
  onPublishing(undefined);
  return folder.remark;
}

/** Makes the folder of a file; if the destination accepts none of that name, one that is called after the task. */
async function ensureFolder(session: Session, wanted: string, plain: string): Promise<MadeFolder> {
  try {
    return await session.ensureFolder(wanted);
  } catch (error) {
    if (!isFailure(error, "permission")) throw error;
    // If this one is refused, too, the name was not the reason.
    return await session.ensureFolder(plain).catch((refusal: unknown) => {
      throw isFailure(refusal, "permission") ? error : refusal;
    });
  }
}

function stepsIn(folder: string, delivery: FileDelivery): FileDelivery & PublishStep {
  const { record, rules, reserved } = delivery;
  const paths = pathsIn(folder, delivery.paths);
  const part = reserved?.part ?? partPath(paths.ofCopy(1), record.taskId, paths.number);
  return {
    ...delivery,
    candidates: () => candidatePaths(paths, record.reservedPath, rules.conflict),
    plainCandidates: plainPaths(paths),
    partFor: (path) => posix.join(posix.dirname(path), posix.basename(part)),
    compare: (path) => compareBytes(path, delivery),
    looksFirst: looksFirst(record.file, record.destination, rules),
  };
}

/** Returns how a file at the destination was seen to have the same bytes as the source; undefined: it has others. */
async function compareBytes(path: string, { session, record, signal, onProgress }: FileDelivery) {
  const { file } = record;
  const expected = {
    sizeBytes: file.size_bytes,
    sha256: file.sha256,
    digest: (algorithm: HashAlgorithm) => sourceDigest(record, algorithm, signal),
  };
  const { same, by } =
    (await compareHash(session, path, expected)) ??
    (await readBack(session, path, expected, (bytes) => {
      onProgress(bytes, "verify");
    }));
  return same ? by : undefined;
}

/** Returns a hash of the source; undefined if the source is gone, which it may be once all is delivered. */
async function sourceDigest(
  { file }: FileRecord,
  algorithm: HashAlgorithm,
  signal: AbortSignal,
): Promise<string | undefined> {
  if (algorithm === "sha256") return file.sha256;
  try {
    const path = file.local_path ?? file.name;
    await using source = await SourceFile.open({ path, sizeBytes: file.size_bytes, sha256: file.sha256 }, algorithm);
    await source.skip(file.size_bytes, signal);
    source.verify();
    return source.digest(algorithm);
  } catch (error) {
    if (error instanceof SourceError) return undefined;
    throw error;
  }
}
