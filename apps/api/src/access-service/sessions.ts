import type { MessageInitShape } from "@bufbuild/protobuf";
import type { HandlerContext } from "@connectrpc/connect";
import { isLoopback } from "@dwld/daemon";
import { deleteSessions, insertSession } from "@dwld/queue";
import type { CreateSessionResponseSchema, DeleteSessionRequest, DeleteSessionResponseSchema } from "@dwld/rpc";
import { dayMs } from "@dwld/timing";
import { identityOf } from "../access/identity.ts";
import { writeCookie } from "../access/session-cookie.ts";
import { makeToken } from "../access/token.ts";
import { clientKey } from "../access/trusted-proxies.ts";
import { wireTime } from "../messages/wire-values.ts";
import { NoSessionError } from "../rules/errors.ts";
import type { AccessContext } from "./create-token.ts";

/** A telephone that is used once a month stays logged in. */
const lifeMs = 30 * dayMs;
/** From the call with the token, however often the session is renewed. */
const longestMs = 180 * dayMs;
/** A session that was renewed goes on for this long, for calls that are under way with the old cookie. */
const replacedMs = 30_000;

type Call = Pick<HandlerContext, "values" | "responseHeader">;

/** Begins a session of the caller's token, or renews the session by which it calls. */
export async function createSession(
  { database, limits, tokens, logger, now }: AccessContext,
  { values, responseHeader }: Call,
): Promise<MessageInitShape<typeof CreateSessionResponseSchema>> {
  const identity = identityOf(values);
  const client = values.get(clientKey);
  const row = tokens.rowOf(identity.session ?? identity.id);
  if (row === undefined) throw new NoSessionError("the call has no token: send one as authorization: Bearer dwld_…");
  if (!client.isSecure && !isLoopback(client.address))
    throw new NoSessionError(
      "the call came unencrypted, and others could read the cookie: set api.tls, or use a reverse proxy with TLS",
    );
  await limits.noting(async () => limits.beginSession(identity));

  const nowMs = now();
  const begunAt = identity.session === undefined ? nowMs : row.created_at;
  const token = tokens.rowOf(identity.id);
  const expiresAt = Math.min(nowMs + lifeMs, begunAt + longestMs, token?.expires_at ?? Infinity);
  const { id, text, hash } = makeToken(tokens.server);
  const { name, role, chats } = row;
  const isStored = await insertSession(
    database,
    { ...{ id, hash, name, role, chats }, created_at: begunAt, expires_at: expiresAt, session_of: identity.id },
    { now: nowMs, replaced: identity.session, replacedUntil: nowMs + replacedMs },
  );
  await tokens.refresh();
  // The caller was let in before its token was revoked, or its session ended.
  if (!isStored) throw identity.ended.reason;
  if (identity.session === undefined)
    logger.info({ token_id: identity.id, name, address: client.address }, "a session began");
  responseHeader.set("set-cookie", writeCookie(client, text, Math.floor((expiresAt - nowMs) / 1000)));
  return { expireTime: wireTime(expiresAt) };
}

/** Ends the caller's session, or all sessions of its token. They are over, in this process, when the answer is sent. */
export async function deleteSession(
  { database, tokens, logger }: AccessContext,
  { all }: DeleteSessionRequest,
  { values, responseHeader }: Call,
): Promise<MessageInitShape<typeof DeleteSessionResponseSchema>> {
  const { id, name, session } = identityOf(values);
  const deletedCount = all || session !== undefined ? await deleteSessions(database, id, all ? undefined : session) : 0;
  await tokens.refresh();
  if (deletedCount > 0) logger.info({ token_id: id, name, count: deletedCount }, "sessions were ended");
  responseHeader.set("set-cookie", writeCookie(values.get(clientKey), "", 0));
  return { deletedCount };
}
