/**
 * A place in the history of one database, opaque outside. `identity` is that of the database: after another one took its
 * place, the same number would mean something else.
 */
export function writeRevisionToken(revision: number, identity: string): string {
  return Buffer.from(`r${revision}.${identity}`).toString("base64url");
}

/** Undefined where the token is empty, damaged, or another database's: then only a snapshot helps. */
export function readRevisionToken(token: string, identity: string): number | undefined {
  const parts = /^r(?<revision>\d{1,15})\.(?<identity>\w+)$/.exec(Buffer.from(token, "base64url").toString("latin1"));
  return parts?.groups?.["identity"] === identity ? Number(parts.groups["revision"]) : undefined;
}
