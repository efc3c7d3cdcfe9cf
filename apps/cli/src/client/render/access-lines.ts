import { type Timestamp, timestampMs } from "@bufbuild/protobuf/wkt";
import { type Identity, Role, type Token } from "@dwld/rpc";
import { oneLine } from "@dwld/text";
import { momentText } from "./quantities.ts";
import { type Column, layOutTable } from "./table.ts";

const roleNames: Readonly<Partial<Record<Role, string>>> = {
  [Role.ADMIN]: "admin",
  [Role.USER]: "user",
  [Role.VIEWER]: "viewer",
};

/** Returns who the caller is, in a line: "bot, a user of the chats 1 and 2, until 2027-01-01 00:00". */
export function identityText({ name, role, chatIds, expireTime }: Identity): string {
  const parts = [`${oneLine(name)}: ${roleNames[role] ?? "?"}`, chatsText(chatIds)];
  if (expireTime !== undefined) parts.push(`until ${minuteText(expireTime)}`);
  return parts.join(", ");
}

type Shown = { readonly all: boolean; readonly nowMs: number; readonly columns: number | undefined };

/** Returns a table of the tokens in force, or of all. */
export function tokenLines(tokens: readonly Token[], { all, nowMs, columns: terminalColumns }: Shown): string[] {
  const shown = tokens.filter((token) => all || stateText(token, nowMs) === "in force");
  if (shown.length === 0) return ["no token is in force"];
  const columns: Column<Token>[] = [
    { header: "NAME", text: ({ name }) => oneLine(name), width: 16 },
    { header: "ROLE", text: ({ role }) => roleNames[role] ?? "?", width: 6 },
    { header: "STATE", text: (token) => stateText(token, nowMs), width: 8 },
    { header: "LAST USE", text: ({ lastUseTime }) => minuteText(lastUseTime), width: 16, dropOrder: 1 },
    { header: "EXPIRES", text: ({ expireTime }) => minuteText(expireTime), width: 16, dropOrder: 2 },
    { header: "ID", text: ({ id }) => oneLine(id), width: 12, dropOrder: 3 },
  ];
  const table = layOutTable(columns, { header: "CHATS", text: ({ chatIds }) => chatsText(chatIds) }, terminalColumns);
  return [table.header, ...shown.map((token) => table.line(token))];
}

function stateText({ revokeTime, expireTime }: Token, nowMs: number): string {
  if (revokeTime !== undefined) return "revoked";
  return expireTime !== undefined && timestampMs(expireTime) <= nowMs ? "expired" : "in force";
}

function chatsText(chatIds: readonly string[]): string {
  return chatIds.length === 0 ? "every chat" : chatIds.map((id) => oneLine(id)).join(", ");
}

function minuteText(time: Timestamp | undefined): string {
  return time === undefined ? "never" : momentText(timestampMs(time)).slice(0, -3);
}
