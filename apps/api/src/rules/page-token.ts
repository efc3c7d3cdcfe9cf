import { createHash } from "node:crypto";
import type { AskedFilter } from "@dwld/queue";
import { InvalidRequestError } from "./errors.ts";

/** Returns an opaque token for the end of a page, bound to its filter. */
export function writePageToken(lastSeq: number, filter: AskedFilter): string {
  return Buffer.from(`${lastSeq}.${hashFilter(filter)}`).toString("base64url");
}

/**
 * Returns the `seq` before which the next page begins; undefined for the first page.
 *
 * @throws InvalidRequestError if the token was not written here, or for another filter.
 */
export function readPageToken(token: string, filter: AskedFilter): number | undefined {
  if (token === "") return undefined;
  const parts = /^(?<seq>[1-9]\d{0,14})\.(?<hash>[\w-]+)$/.exec(Buffer.from(token, "base64url").toString("latin1"));
  const seq = Number(parts?.groups?.["seq"]);
  if (Number.isNaN(seq)) throw wrongToken("is no page token of this server; leave it empty for the first page");
  if (parts?.groups?.["hash"] !== hashFilter(filter))
    throw wrongToken("belongs to another filter; repeat the filter of the page before, or leave the token empty");
  return seq;
}

function wrongToken(description: string): InvalidRequestError {
  return new InvalidRequestError([{ field: "page_token", description }]);
}

function hashFilter({ states, chatId, text, parentId, site, idPrefix }: AskedFilter): string {
  return createHash("sha256")
    .update(JSON.stringify([states, chatId ?? null, text ?? null, parentId ?? null, site ?? null, idPrefix ?? null]))
    .digest("base64url")
    .slice(0, 16);
}
