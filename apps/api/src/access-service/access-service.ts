import type { ServiceImpl } from "@connectrpc/connect";
import type { AccessService } from "@dwld/rpc";
import { identityOf } from "../access/identity.ts";
import { type AccessContext, createToken } from "./create-token.ts";
import { identityMessage, tokenMessage } from "./messages.ts";
import { createTokenRules } from "../rules/access-rules.ts";
import { revokeToken } from "./revoke-token.ts";

/** `dwld.v1.AccessService`. */
export function accessService(context: AccessContext): ServiceImpl<typeof AccessService> {
  const rules = createTokenRules(context.now);
  return {
    getIdentity: (_, { values }) => ({ identity: identityMessage(identityOf(values)) }),
    createToken: (request, { values }) => createToken(context, rules, request, identityOf(values)),
    listTokens: () => ({ tokens: context.tokens.rows.map(tokenMessage) }),
    revokeToken: (request, { values }) => revokeToken(context, request, identityOf(values)),
  };
}
