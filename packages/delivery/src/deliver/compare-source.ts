import type { FileRow } from "@dwld/queue";
import type { HashAlgorithm } from "../destination/destination.ts";
import { SourceError } from "../source/source-error.ts";
import { type ExpectedFile, SourceFile } from "../source/source-file.ts";
import type { FileDelivery } from "./file-delivery.ts";
import { compareHash, readBack } from "./verify.ts";

/** Returns the source of a file: what its worker left. */
export function sourceOf({ name, local_path, size_bytes: sizeBytes, sha256 }: FileRow): ExpectedFile {
  return { path: local_path ?? name, sizeBytes, sha256 };
}

/** Returns how a file at the destination was seen to have the same bytes as the source; undefined: it has others. */
export async function compareSource(
  { session, record, signal, onProgress }: Omit<FileDelivery, "rules">,
  path: string,
): Promise<string | undefined> {
  const source = sourceOf(record.file);
  const expected = { ...source, digest: (algorithm: HashAlgorithm) => digestOf(source, algorithm, signal) };
  const { same, by } =
    (await compareHash(session, path, expected)) ??
    (await readBack(session, path, expected, (bytes) => {
      onProgress(bytes, "verify");
    }));
  return same ? by : undefined;
}

/** Returns a hash of the source; undefined if the source is gone, which it may be once all is delivered. */
async function digestOf(
  expected: ExpectedFile,
  algorithm: HashAlgorithm,
  signal: AbortSignal,
): Promise<string | undefined> {
  if (algorithm === "sha256") return expected.sha256;
  try {
    await using source = await SourceFile.open(expected, algorithm);
    await source.skip(expected.sizeBytes, signal);
    source.verify();
    return source.digest(algorithm);
  } catch (error) {
    if (error instanceof SourceError) return undefined;
    throw error;
  }
}
