import type { ServiceImpl } from "@connectrpc/connect";
import type { AccessService } from "@dwld/rpc";
import { identityOf } from "../access/identity.ts";
import { callerOf } from "../limits/caller.ts";
import { tokenLimits } from "./token-limits.ts";
import { type AccessContext, createToken } from "./create-token.ts";
import { identityMessage, tokenMessage } from "./messages.ts";
import { loggedAs } from "../rules/call-id.ts";
import { createTokenRules } from "../rules/access-rules.ts";
import { createSession, deleteSession } from "./sessions.ts";
import { revokeToken } from "./revoke-token.ts";

/** `dwld.v1.AccessService`. */
export function accessService(context: AccessContext): ServiceImpl<typeof AccessService> {
  const rules = createTokenRules(context.now);
  return {
    getIdentity: async (_, call) => ({
      identity: identityMessage(identityOf(call.values), await tokenLimits(context, callerOf(call))),
    }),
    createToken: (request, call) => createToken(loggedAs(context, call), rules, request, identityOf(call.values)),
    listTokens: () => ({ tokens: context.tokens.rows.map(tokenMessage) }),
    createSession: (_, call) => createSession(loggedAs(context, call), call),
    deleteSession: (request, call) => deleteSession(loggedAs(context, call), request, call),
    revokeToken: (request, call) => revokeToken(loggedAs(context, call), request, identityOf(call.values)),
  };
}
