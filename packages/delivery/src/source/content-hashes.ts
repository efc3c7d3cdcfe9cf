import type { HashAlgorithm } from "../destination/destination.ts";
import { type ContentHash, createContentHash } from "./content-hash.ts";

/** Several hashes of one stream of chunks. */
export type ContentHashes = {
  /** Whether another thread computes them, so that a chunk is best handed over before anything else is done with it. */
  readonly isApart: boolean;
  /** Memory for a chunk that `update` can take. */
  allocate(bytes: number): Buffer;
  /** The memory of the chunk is read until `taken` resolves. */
  update(chunk: Buffer): void;
  /** Resolves when the first `count` chunks since the creation have been read. */
  taken(count: number): Promise<void>;
  /** Returns the hash of all chunks since the beginning; undefined if it is not among the algorithms. */
  digest(algorithm: HashAlgorithm): Promise<string | undefined>;
  /** Begins all hashes anew. */
  reset(): void;
  close(): Promise<void>;
};

/** Computes hashes in this thread. */
export function hashHere(algorithms: ReadonlySet<HashAlgorithm>): ContentHashes {
  const begin = () =>
    new Map<HashAlgorithm, ContentHash>([...algorithms].map((name) => [name, createContentHash(name)]));
  let hashes = begin();
  return {
    isApart: false,
    allocate: (bytes) => Buffer.allocUnsafeSlow(bytes),
    update: (chunk) => {
      for (const hash of hashes.values()) hash.update(chunk);
    },
    taken: async () => {},
    digest: async (algorithm) => hashes.get(algorithm)?.digest(),
    reset: () => {
      hashes = begin();
    },
    close: async () => {},
  };
}
