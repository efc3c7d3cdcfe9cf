/**
 * Returns an opaque token for a revision of one database. It names the database, since the same number means something
 * else in another one.
 */
export function writeRevisionToken(revision: number, identity: string): string {
  return Buffer.from(`r${revision}.${identity}`).toString("base64url");
}

/** Returns undefined if the token is empty, damaged, or of another database: then a snapshot is sent. */
export function readRevisionToken(token: string, identity: string): number | undefined {
  const parts = /^r(?<revision>\d{1,15})\.(?<identity>\w+)$/.exec(Buffer.from(token, "base64url").toString("latin1"));
  return parts?.groups?.["identity"] === identity ? Number(parts.groups["revision"]) : undefined;
}
