import { Role } from "@dwld/rpc";
import { dayMs } from "@dwld/timing";
import * as z from "zod";
import { plainText, timestamp } from "./request-rules.ts";

const limits = {
  nameCharacters: 64,
  chats: 20,
  chatIdCharacters: 64,
  expiresAheadMs: 100 * 366 * dayMs,
} as const;

const roles = { [Role.ADMIN]: "admin", [Role.USER]: "user", [Role.VIEWER]: "viewer" } as const;

const role = z.number().transform((value, context) => {
  const known = Object.entries(roles).find(([number]) => Number(number) === value)?.[1];
  if (known !== undefined) return known;
  context.addIssue({ code: "custom", message: `is none of ${Object.values(roles).join(", ")}` });
  return z.NEVER;
});

const chatId = plainText(limits.chatIdCharacters).refine((value) => value !== "", "is empty: name a chat");

/** Builds the rules of CreateToken. @param now ms since the epoch. */
export function createTokenRules(now: () => number) {
  return z
    .object({
      name: z
        .string()
        .regex(
          /^[\w.-]{1,64}$/,
          `is no name: give 1 to ${limits.nameCharacters} letters a to z, digits, dots, dashes and underscores`,
        ),
      role,
      chatIds: z
        .array(chatId)
        .max(limits.chats, `names more than ${limits.chats} chats: make further tokens, or one for every chat`)
        .transform((ids) => [...new Set(ids)]),
      expireTime: timestamp
        .refine((time) => time === undefined || time > now(), "is over already")
        .refine((time) => time === undefined || time < now() + limits.expiresAheadMs, "is more than a century ahead"),
    })
    .refine(({ role: wanted, chatIds }) => wanted !== "admin" || chatIds.length === 0, {
      path: ["chatIds"],
      message: "are of no use to an admin, who may do everything: leave them out, or choose another role",
    });
}

export const revokeTokenRules = z.object({
  name: plainText(limits.nameCharacters).refine(
    (value) => value !== "",
    "is empty: give the name or the id of a token",
  ),
});
