import type { MessageInitShape } from "@bufbuild/protobuf";
import { tableUses } from "@dwld/queue";
import type { LimitSchema } from "@dwld/rpc";
import type { Caller } from "../limits/caller.ts";
import { limitMessage } from "../messages/limit-message.ts";
import type { AccessContext } from "./create-token.ts";

/** Returns the limits of a caller's token, with what it uses now. */
export async function tokenLimits(
  { database, limits, now }: Pick<AccessContext, "database" | "limits" | "now">,
  { token }: Caller,
): Promise<MessageInitShape<typeof LimitSchema>[]> {
  if (token === undefined) return [];
  const { id, chats } = token;
  const { perToken } = limits.settings;
  const whose = { subject: "token", holder: id } as const;
  const stored = chats === "all" ? [] : await tableUses(database, perToken, { ...whose, chats }, now());
  return [...limits.usesOf(token), ...stored].map(({ used, ...limit }) => ({
    ...limitMessage(limit),
    used: BigInt(used),
  }));
}
