import { Writable } from "node:stream";
import { createContentHash } from "../source/content-hash.ts";
import { DestinationError, type HashAlgorithm, type Session } from "../destination/destination.ts";

/** What is known of the bytes that a copy should have. */
export type Wanted = {
  sizeBytes: number;
  sha256: string;
  /** Undefined where it is not to be had by that algorithm. */
  digest: (algorithm: HashAlgorithm) => Promise<string | undefined>;
};

/** Whether the bytes are the same, and how that was seen, in the words of `File.verified_by`. */
export type Comparison = { same: boolean; by: string };

const hashNames: Record<HashAlgorithm, string> = { sha256: "SHA-256", sha1: "SHA-1", md5: "MD5", crc32: "CRC-32" };

/** By the hash that the server computes; undefined where it computes none. */
export async function compareHash(session: Session, path: string, wanted: Wanted): Promise<Comparison | undefined> {
  const algorithm = session.hashAlgorithm;
  if (algorithm === undefined) return undefined;
  const digest = await wanted.digest(algorithm);
  if (digest === undefined) return undefined;
  const found = await session.hash(path);
  return found === undefined ? undefined : { same: found === digest, by: `size and ${hashNames[algorithm]}` };
}

/** By the bytes themselves, which come back from the server. @param onRead is told how many so far. */
export async function readBack(
  session: Session,
  path: string,
  wanted: Wanted,
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
  return { same: readBytes === wanted.sizeBytes && hash.digest() === wanted.sha256, by: "size and read back" };
}

/** How a transfer was verified that nothing could be compared of but its size. */
export function bySizeAlone(asked: HashAlgorithm | undefined): string {
  return asked === undefined ? "size" : `size (the server told no ${hashNames[asked]})`;
}

export function noHashError(server: string): DestinationError {
  return new DestinationError({
    kind: "permission",
    stage: "work",
    message: `${server} computes no hash of what it has, and ftp.verify wants one`,
    advice:
      "Set ftp.verify to readback, or to size. Nothing is lost: what waits is delivered when that is done and the sender was started again.",
  });
}
