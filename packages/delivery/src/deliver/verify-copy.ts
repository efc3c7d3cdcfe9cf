import { DestinationError } from "../destination/destination-error.ts";
import type { FileDelivery, FileInSession } from "./file-delivery.ts";
import type { Sent } from "./transfer.ts";
import { bySizeAlone, compareHash, type ExpectedBytes, noHashError, readBack } from "./verify.ts";

/**
 * Compares a copy by the destination's hash, else by its size, and reads it back if a hash is lacking where one is
 * needed. Removes a copy that differs.
 *
 * @returns how the copy was verified, in the words of `File.verified_by`.
 * @throws DestinationError if it differs.
 */
export async function verifyCopy(
  delivery: Omit<FileDelivery, "signal">,
  part: string,
  sent: Sent | "cloned",
): Promise<string> {
  if (sent === "cloned") return "the same file";
  const { session, record, rules, onProgress } = delivery;
  const { algorithm, digest, isResumed } = sent;
  const { file, destination } = record;
  const expected: ExpectedBytes = {
    sizeBytes: file.size_bytes,
    sha256: file.sha256,
    digest: (asked) => Promise.resolve(digest(asked)),
  };
  // A server may compute for minutes, which is no upload that stalls.
  onProgress(file.size_bytes, "verify");
  let compared = rules.verify === "readback" ? undefined : await compareHash(session, part, expected);
  // Bytes with the same hash are as many, but for a checksum that is no hash.
  if (compared?.same !== true || algorithm === "crc32") await verifySize(delivery, part);
  if (compared === undefined && rules.verify === "hash") throw noHashError(destination);
  if (compared === undefined && (rules.verify === "readback" || isResumed))
    compared = await readBack(session, part, expected, (bytes) => {
      onProgress(bytes, "verify");
    });
  if (compared === undefined) return bySizeAlone(algorithm);
  if (!compared.same) await refuse(delivery, part, `has other bytes of ${part} than were sent (by ${compared.by})`);
  return compared.by;
}

/** Removes a copy that has another number of bytes. @throws DestinationError then. */
export async function verifySize(delivery: FileInSession, path: string): Promise<void> {
  const { file } = delivery.record;
  const sizeBytes = await delivery.session.size(path);
  if (sizeBytes === file.size_bytes) return;
  await refuse(delivery, path, `has ${sizeBytes ?? "no"} bytes of ${path} where ${file.size_bytes} were sent`);
}

async function refuse({ session, record }: FileInSession, path: string, how: string): Promise<never> {
  // The copy may have its final name, which another owner of the task has given to a copy by now.
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
