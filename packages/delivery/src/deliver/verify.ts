import { Writable } from "node:stream";
import { DestinationError } from "../destination/destination-error.ts";
import type { Destination, HashAlgorithm, Session } from "../destination/destination.ts";
import { createContentHash } from "../source/content-hash.ts";

/** The bytes that a copy should have, as far as they are known. */
export type ExpectedBytes = {
  sizeBytes: number;
  sha256: string;
  /** Returns their hash; undefined if it cannot be had by that algorithm. */
  digest: (algorithm: HashAlgorithm) => Promise<string | undefined>;
};

/** Whether the bytes are the same, and how that was seen, in the words of `File.verified_by`. */
export type Comparison = { same: boolean; by: string };

const hashNames: Record<HashAlgorithm, string> = { sha256: "SHA-256", sha1: "SHA-1", md5: "MD5", crc32: "CRC-32" };

/** Compares by the hash that the destination computes. Returns undefined if it computes none. */
export async function compareHash(
  session: Session,
  path: string,
  expected: ExpectedBytes,
): Promise<Comparison | undefined> {
  const algorithm = session.hashAlgorithm;
  if (algorithm === undefined) return undefined;
  const digest = await expected.digest(algorithm);
  if (digest === undefined) return undefined;
  const found = await session.hash(path, expected.sizeBytes);
  return found === undefined ? undefined : { same: found === digest, by: `size and ${hashNames[algorithm]}` };
}

/** Compares the bytes themselves, which the destination sends back. @param onRead is called with the bytes read so far. */
export async function readBack(
  session: Session,
  path: string,
  expected: ExpectedBytes,
  onRead: (bytes: number) => void,
): Promise<Comparison> {
  const hash = createContentHash("sha256");
  let readBytes = 0;
  const sink = new Writable({
    highWaterMark: 1024 * 1024,
    write: (chunk: Buffer, _encoding, done) => {
      hash.update(chunk);
      readBytes += chunk.length;
      onRead(readBytes);
      done();
    },
  });
  await session.read(path, sink);
  return { same: readBytes === expected.sizeBytes && hash.digest() === expected.sha256, by: "size and read back" };
}

/** Returns how a copy was verified of which only the size could be compared. @param asked a hash that was refused. */
export function bySizeAlone(asked: HashAlgorithm | undefined): string {
  return asked === undefined ? "size" : `size (the server told no ${hashNames[asked]})`;
}

/** The operator wants a hash where the destination has none. */
export function noHashError({ title, words }: Pick<Destination, "title" | "words">): DestinationError {
  const setting = words.section === undefined ? "verify" : `${words.section}.verify`;
  return new DestinationError({
    kind: "permission",
    phase: "work",
    message: `${title} computes no hash of what it has, and ${setting} wants one`,
    advice: `Set ${setting} to readback, or to size, and reload (dwld reload). Nothing is lost: what waits is delivered then.`,
  });
}
