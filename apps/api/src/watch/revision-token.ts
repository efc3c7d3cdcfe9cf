import type { Seal } from "../rules/seal.ts";

/**
 * Returns a sealed token for a revision of one database. It is bound to the database, since the same number means
 * something else in another one.
 */
export function writeRevisionToken(seal: Seal, revision: number, identity: string): string {
  const content = Buffer.alloc(8);
  content.writeBigUInt64BE(BigInt(revision));
  return seal.close(purposeOf(identity), content);
}

/** Returns undefined if the token is empty, damaged, or of another database: then a snapshot is sent. */
export function readRevisionToken(seal: Seal, token: string, identity: string): number | undefined {
  const content = seal.open(purposeOf(identity), token);
  return content === undefined ? undefined : Number(content.readBigUInt64BE());
}

function purposeOf(identity: string): string {
  return `revision of ${identity}`;
}
