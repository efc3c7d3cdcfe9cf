import { DestinationError, isFailure } from "../destination/destination-error.ts";
import type { HashAlgorithm } from "../destination/destination.ts";
import { SourceFile } from "../source/source-file.ts";
import type { DeliveryRules } from "./delivery-rules.ts";
import { type ResumeStep, takeOverParts } from "./resume.ts";
import { bySizeAlone, compareHash, type ExpectedBytes, noHashError, readBack } from "./verify.ts";

export type TransferStep = ResumeStep & {
  readonly rules: Pick<DeliveryRules, "verify">;
  /** @param step "upload" or "verify". */
  readonly onProgress: (doneBytes: number, step: string) => void;
};

/**
 * Brings a file to the destination under its temporary path, and verifies it there. Resumes what an earlier run began.
 *
 * @returns how the copy was verified.
 * @throws DestinationError, SourceError
 */
export async function transfer(part: string, step: TransferStep): Promise<string> {
  const { session, record, rules } = step;
  const { file, destination } = record;
  const algorithm = session.hashAlgorithm;
  if (rules.verify === "hash" && algorithm === undefined) throw noHashError(destination);
  const expected = { path: file.local_path ?? file.name, sizeBytes: file.size_bytes, sha256: file.sha256 };
  await using source = await SourceFile.open(expected, algorithm);
  const startAt = await takeOverParts(part, source, step);
  if (await session.clone?.(expected.path, part)) return "the same file";
  if (startAt === 0 || startAt < file.size_bytes) await send(part, source, startAt, step);
  source.verify();
  return await verifyCopy(part, source, { ...step, algorithm, isResumed: startAt > 0 });
}

async function send(part: string, source: SourceFile, startAt: number, step: TransferStep): Promise<void> {
  const { session, record, stalledAt, onProgress } = step;
  onProgress(startAt, "upload");
  const stream = source.stream((bytes) => {
    onProgress(bytes, "upload");
  });
  try {
    await session.put(part, stream, startAt);
  } catch (error) {
    if (isFailure(error, "stalled")) stalledAt.set(record.file.seq, startAt);
    throw source.problem ?? error;
  }
  stalledAt.delete(record.file.seq);
}

/** Removes a copy that has another number of bytes. @throws DestinationError then. */
export async function verifySize(path: string, step: Pick<TransferStep, "session" | "record">): Promise<void> {
  const { file } = step.record;
  const sizeBytes = await step.session.size(path);
  if (sizeBytes === file.size_bytes) return;
  await refuse(path, `has ${sizeBytes ?? "no"} bytes of ${path} where ${file.size_bytes} were sent`, step);
}

/**
 * Compares a copy by the destination's hash, else by its size, and reads it back if a hash is lacking where one is
 * needed. Removes a copy that differs.
 *
 * @throws DestinationError then.
 */
async function verifyCopy(
  part: string,
  source: SourceFile,
  step: TransferStep & { algorithm: HashAlgorithm | undefined; isResumed: boolean },
): Promise<string> {
  const { session, record, rules, onProgress, algorithm, isResumed } = step;
  const { file, destination } = record;
  const expected: ExpectedBytes = {
    sizeBytes: file.size_bytes,
    sha256: file.sha256,
    digest: (asked) => Promise.resolve(source.digest(asked)),
  };
  // A server may compute for minutes, which is no upload that stalls.
  onProgress(file.size_bytes, "verify");
  let compared = rules.verify === "readback" ? undefined : await compareHash(session, part, expected);
  // Bytes with the same hash are as many, but for a checksum that is no hash.
  if (compared?.same !== true || algorithm === "crc32") await verifySize(part, step);
  if (compared === undefined && rules.verify === "hash") throw noHashError(destination);
  if (compared === undefined && (rules.verify === "readback" || isResumed))
    compared = await readBack(session, part, expected, (bytes) => {
      onProgress(bytes, "verify");
    });
  if (compared === undefined) return bySizeAlone(algorithm);
  if (!compared.same) await refuse(part, `has other bytes of ${part} than were sent (by ${compared.by})`, step);
  return compared.by;
}

async function refuse(
  path: string,
  how: string,
  { session, record }: Pick<TransferStep, "session" | "record">,
): Promise<never> {
  // It may have its final name, which another owner of the task has given to a copy by now.
  await record.confirm();
  await session.remove(path);
  await record.forgetPart(path);
  throw new DestinationError({
    kind: "unknown",
    phase: "work",
    message: `${record.destination.title} ${how}`,
    advice:
      "The copy was removed, and the file is sent again. If it happens each time, check the disk and the quota there.",
  });
}
