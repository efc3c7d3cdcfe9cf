import type { MessageInitShape } from "@bufbuild/protobuf";
import { type Database, insertToken } from "@dwld/queue";
import type { Logger } from "@dwld/daemon";
import type { CreateTokenRequest, CreateTokenResponseSchema } from "@dwld/rpc";
import type { Identity } from "../access/identity.ts";
import { makeToken } from "../access/token.ts";
import type { Limits } from "../limits/limits.ts";
import type { TokenTable } from "../access/token-table.ts";
import type { createTokenRules } from "../rules/access-rules.ts";
import { TakenTokenNameError } from "../rules/errors.ts";
import { checkRequest } from "../rules/request-rules.ts";
import { tokenMessage } from "./messages.ts";

export type AccessContext = {
  readonly database: Database;
  readonly limits: Limits;
  readonly tokens: TokenTable;
  readonly logger: Logger;
  readonly now: () => number;
};

/** Makes a token. It is in force, in this process, when the answer is sent. */
export async function createToken(
  { database, tokens, logger, now }: AccessContext,
  rules: ReturnType<typeof createTokenRules>,
  request: CreateTokenRequest,
  by: Identity,
): Promise<MessageInitShape<typeof CreateTokenResponseSchema>> {
  const { name, role, chatIds, expireTime } = checkRequest(rules, request);
  const { id, text, hash } = makeToken(tokens.server);
  const row = {
    ...{ id, name, hash, role },
    chats: JSON.stringify(chatIds),
    created_at: now(),
    expires_at: expireTime ?? null,
  };
  if (!(await insertToken(database, row, now()))) throw new TakenTokenNameError(name);
  await tokens.refresh();
  logger.info({ token_id: id, name, role, chats: chatIds, by: by.name }, "a token was made");
  return { token: tokenMessage({ ...row, used_at: null, revoked_at: null, session_of: null }), secret: text };
}
