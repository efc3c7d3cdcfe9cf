import { isIP } from "node:net";
import { createContextKey, type HandlerContext } from "@connectrpc/connect";

/** Who calls, as far as limits are concerned. */
export type Caller = {
  /** What its address counts under. Undefined: it has none, and no limit of addresses concerns it. */
  readonly address: string | undefined;
  /** Undefined: it has none, and no limit of tokens concerns it. */
  readonly token: CallingToken | undefined;
};

export type CallingToken = {
  readonly id: string;
  readonly name: string;
  /** Its chats. What the table counts is counted over them; a token of all chats has no count of its own there. */
  readonly chats: "all" | readonly string[];
};

/** Set by the listeners. A transport in memory and a UNIX socket have no address. */
export const callerKey = createContextKey<Caller>({ address: undefined, token: undefined });

export function callerOf({ values }: Pick<HandlerContext, "values">): Caller {
  return values.get(callerKey);
}

/** Returns what an address counts under. An IPv6 host has all of its /64 (RFC 4291, 2.5.1); IPv4 may come mapped into IPv6. */
export function holderOf(address = ""): string {
  const plain = address.replace(/^::ffff:(?=[\d.]+$)/i, "").replace(/%.*$/, "");
  if (isIP(plain) !== 6) return plain;
  const [head = "", tail] = plain.split("::");
  const groups = head === "" ? [] : head.split(":");
  const behind = tail === undefined || tail === "" ? [] : tail.split(":");
  const between = tail === undefined ? [] : Array.from({ length: 8 - groups.length - behind.length }, () => "0");
  return [...groups, ...between, ...behind].slice(0, 4).join(":");
}
