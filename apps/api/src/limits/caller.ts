import { isIP } from "node:net";
import { createContextKey, type HandlerContext } from "@connectrpc/connect";

/** The caller of a method, as far as limits are concerned. */
export type Caller = {
  /** Its address as `holderOf` returns it. Undefined: it has none, and no limit of addresses concerns it. */
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

/**
 * Returns what an address counts under, however it is spelled. An IPv6 host has all of its /64 (RFC 4291, 2.5.1); IPv4 may
 * come mapped into IPv6.
 */
export function holderOf(address = ""): string {
  const plain = address.replace(/%.*$/, "");
  if (isIP(plain) !== 6) return plain;
  const groups = groupsOf(plain);
  const [high = 0, low = 0] = groups.slice(6).map((group) => Number.parseInt(group, 16));
  if (groups.slice(0, 6).join(":") === "0:0:0:0:0:ffff") return [high >> 8, high & 255, low >> 8, low & 255].join(".");
  return groups.slice(0, 4).join(":");
}

/** Returns the eight groups of an IPv6 address, each in its one spelling. */
function groupsOf(address: string): string[] {
  const { hostname } = new URL(`http://[${address}]`);
  const [head = [], tail = []] = hostname
    .slice(1, -1)
    .split("::")
    .map((half) => (half === "" ? [] : half.split(":")));
  return [...head, ...Array.from({ length: 8 - head.length - tail.length }, () => "0"), ...tail];
}
