import type { MessageInitShape } from "@bufbuild/protobuf";
import { revokeToken as revoke } from "@dwld/queue";
import type { RevokeTokenRequest, RevokeTokenResponseSchema } from "@dwld/rpc";
import type { Identity } from "../access/identity.ts";
import { revokeTokenRules } from "../rules/access-rules.ts";
import { UnknownTokenError } from "../rules/errors.ts";
import { checkRequest } from "../rules/request-rules.ts";
import type { AccessContext } from "./create-token.ts";
import { tokenMessage } from "./messages.ts";

/** Revokes a token. Its calls are refused, and its streams in this process have ended, when the answer is sent. */
export async function revokeToken(
  { database, tokens, logger, now }: AccessContext,
  request: RevokeTokenRequest,
  by: Identity,
): Promise<MessageInitShape<typeof RevokeTokenResponseSchema>> {
  const { name } = checkRequest(revokeTokenRules, request);
  await tokens.refresh();
  const meant = tokens.rows.filter((row) => row.id === name || row.name === name);
  // The newest of a name: those before it are not in force.
  const known =
    meant.find(({ id }) => id === name) ?? meant.findLast(({ revoked_at }) => revoked_at === null) ?? meant.at(-1);
  if (known === undefined) throw new UnknownTokenError(name);
  if (await revoke(database, known.id, now()))
    logger.info({ token_id: known.id, name: known.name, by: by.name }, "a token was revoked");
  await tokens.refresh();
  return { token: tokenMessage(tokens.rows.find(({ id }) => id === known.id) ?? known) };
}
