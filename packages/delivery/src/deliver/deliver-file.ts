import { posix } from "node:path";
import type { Texts, VerifiedCopy } from "@dwld/queue";
import { isFailure } from "../destination/destination-error.ts";
import type { MadeFolder, Session } from "../destination/destination.ts";
import type { FileDelivery } from "./file-delivery.ts";
import { namesIn, type WantedNames } from "./file-names.ts";
import { publish } from "./publish.ts";
import { looksFirst } from "./reserve-at-claim.ts";
import { isAdopted, leftAsItWas, reserveName } from "./reserve-name.ts";
import { transfer } from "./transfer.ts";
import { verifyCopy } from "./verify-copy.ts";

/** How the delivery of a file ended. */
export type FileEnd = {
  /** The verified copy under its final name. Absent: the file was there already, and is on record. */
  readonly copy?: VerifiedCopy;
  /** The path of another file, which has the name and was left as it was. */
  readonly skipped?: string;
  /** For a person: why its folder has another name than was asked for. */
  readonly remark?: Texts | undefined;
};

/**
 * Delivers a file: folder → name → transfer → verify → publish. The next write records the copy, and its source is deleted
 * after that.
 *
 * Idempotent: skips what is on record, adopts its own copy under the final name, resumes a part.
 *
 * @param stalledAtBytes the bytes with which the last upload had begun, if it stalled.
 * @throws DestinationError, SourceError, LeaseLostError, or the reason of the signal; a StepError around one of them.
 */
export async function deliverFile(
  delivery: FileDelivery,
  wanted: WantedNames,
  stalledAtBytes: number | undefined,
): Promise<FileEnd> {
  const { session, record, rules } = delivery;
  const { file } = record;
  if (file.delivered_at !== null) return thereAlready(file.remote_path, file.verified_by);
  const plainFolder = posix.join(rules.directory, record.taskId);
  const { path: folder, remark } = await ensureFolder(session, posix.dirname(wanted.paths.ofCopy(1)), plainFolder);
  const names = namesIn(folder, delivery, wanted);
  const search = {
    partFor: names.partFor,
    seen: wanted.seen,
    looksFirst: looksFirst(file, record.destination, rules),
  };
  const name = names.reserved ?? (await reserveName(delivery, names.candidates(), search));
  if (isAdopted(name)) return { ...thereAlready(name.path, name.verifiedBy), remark };
  const part = names.partFor(name.path);
  const sent = await transfer(delivery, part, stalledAtBytes);
  const verifiedBy = await verifyCopy(delivery, part, sent);
  const published = await publish(delivery, names, { part, name });
  if (isAdopted(published)) return { ...thereAlready(published.path, published.verifiedBy), remark };
  return { copy: record.copy(published.path, part, verifiedBy), remark };
}

function thereAlready(path: string | null, verifiedBy: string | null): FileEnd {
  return verifiedBy === leftAsItWas && path !== null ? { skipped: path } : {};
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
