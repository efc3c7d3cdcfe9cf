import { isIP } from "node:net";

/** Bounds how many connections or calls one address may hold, so that the others keep their share. */
export class BoundByAddress {
  readonly #limit: number;
  readonly #limitOfAll: number;
  readonly #held = new Map<string, number>();
  #heldByAll = 0;

  constructor(limit: number, limitOfAll = Infinity) {
    this.#limit = limit;
    this.#limitOfAll = limitOfAll;
  }

  /** Returns a function that releases the place, or undefined if the address, or all together, are at their limit. */
  admit(address: string | undefined): (() => void) | undefined {
    const holder = holderOf(address);
    const held = this.#held.get(holder) ?? 0;
    if (held >= this.#limit || this.#heldByAll >= this.#limitOfAll) return undefined;
    this.#held.set(holder, held + 1);
    this.#heldByAll += 1;
    return () => {
      this.#heldByAll -= 1;
      const left = (this.#held.get(holder) ?? 1) - 1;
      if (left === 0) this.#held.delete(holder);
      else this.#held.set(holder, left);
    };
  }
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
