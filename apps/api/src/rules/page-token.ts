import { createHash } from "node:crypto";
import type { AskedFilter } from "@dwld/queue";
import { InvalidRequestError } from "./errors.ts";
import type { Seal } from "./seal.ts";

const purpose = "page";
const seqBytes = 8;

/** Returns a sealed token for the end of a page, bound to its filter. */
export function writePageToken(seal: Seal, lastSeq: number, filter: AskedFilter): string {
  const seq = Buffer.alloc(seqBytes);
  seq.writeBigUInt64BE(BigInt(lastSeq));
  return seal.close(purpose, Buffer.concat([seq, hashFilter(filter)]));
}

/**
 * Returns the `seq` before which the next page begins; undefined for the first page.
 *
 * @throws InvalidRequestError if the token was not written here, or for another filter.
 */
export function readPageToken(seal: Seal, token: string, filter: AskedFilter): number | undefined {
  if (token === "") return undefined;
  const content = seal.open(purpose, token);
  if (content === undefined) throw wrongToken("is no page token of this server; leave it empty for the first page");
  if (!content.subarray(seqBytes).equals(hashFilter(filter)))
    throw wrongToken("belongs to another filter; repeat the filter of the page before, or leave the token empty");
  return Number(content.readBigUInt64BE());
}

function wrongToken(description: string): InvalidRequestError {
  return new InvalidRequestError([{ field: "page_token", description }]);
}

function hashFilter({ states, chatId, text, parentId, site, idPrefix }: AskedFilter): Buffer {
  return createHash("sha256")
    .update(JSON.stringify([states, chatId ?? null, text ?? null, parentId ?? null, site ?? null, idPrefix ?? null]))
    .digest()
    .subarray(0, 12);
}
