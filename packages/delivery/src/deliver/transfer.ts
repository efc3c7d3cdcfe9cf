import { isFailure } from "../destination/destination-error.ts";
import type { HashAlgorithm, Session } from "../destination/destination.ts";
import { SourceFile } from "../source/source-file.ts";
import { sourceOf } from "./compare-source.ts";
import type { FileDelivery } from "./file-delivery.ts";
import { takeOverParts } from "./resume.ts";
import { StepError } from "./step-error.ts";
import { noHashError } from "./verify.ts";

/** What a transfer leaves to the verification of its copy. */
export type Sent = {
  /** The hash that the destination was to compute when the transfer began. */
  readonly algorithm: HashAlgorithm | undefined;
  /** Returns the hash of the bytes that were read; undefined if they were not hashed by that algorithm. */
  readonly digest: (algorithm: HashAlgorithm) => string | undefined;
  readonly isResumed: boolean;
};

/**
 * Brings a file to the destination under its temporary path. Resumes what an earlier run began. `cloned`: the copy has
 * the bytes of the source by sharing them.
 *
 * @param stalledAtBytes the bytes with which the last upload had begun, if it stalled.
 * @throws DestinationError, SourceError; a StepError around that of an upload that stalled.
 */
export async function transfer(
  delivery: FileDelivery,
  part: string,
  stalledAtBytes: number | undefined,
): Promise<Sent | "cloned"> {
  const { session, record, rules, onProgress } = delivery;
  const { file, destination } = record;
  const algorithm = session.hashAlgorithm;
  if (rules.verify === "hash" && algorithm === undefined) throw noHashError(destination);
  const expected = sourceOf(file);
  await using source = await SourceFile.open(expected, algorithm);
  const startAt = await takeOverParts(delivery, part, { source, stalledAtBytes });
  if (await session.clone?.(expected.path, part)) return "cloned";
  if (startAt === 0 || startAt < file.size_bytes) await send(session, part, { source, startAt, onProgress });
  source.verify();
  return { algorithm, digest: (asked) => source.digest(asked), isResumed: startAt > 0 };
}

type Upload = { source: SourceFile; startAt: number } & Pick<FileDelivery, "onProgress">;

async function send(session: Session, part: string, { source, startAt, onProgress }: Upload): Promise<void> {
  onProgress(startAt, "upload");
  const stream = source.stream((bytes) => {
    onProgress(bytes, "upload");
  });
  try {
    await session.put(part, stream, startAt);
  } catch (error) {
    if (source.problem !== undefined) throw source.problem;
    throw isFailure(error, "stalled") ? new StepError(error, { stalledAtBytes: startAt }) : error;
  }
}
