import { isIP } from "node:net";

/** Counts what each address holds, and takes no more of one than its bound: so much is left for the others. */
export class BoundByAddress {
  readonly most: number;
  readonly #held = new Map<string, number>();

  constructor(most: number) {
    this.most = most;
  }

  /** Returns the function that gives it back; undefined if the address holds as much as it may. */
  admit(address: string | undefined): (() => void) | undefined {
    const holder = holderOf(address);
    const held = this.#held.get(holder) ?? 0;
    if (held >= this.most) return undefined;
    this.#held.set(holder, held + 1);
    return () => {
      const left = (this.#held.get(holder) ?? 1) - 1;
      if (left === 0) this.#held.delete(holder);
      else this.#held.set(holder, left);
    };
  }
}

/** A holder of one address of IPv6 has all of its /64 (RFC 4291, 2.5.1). IPv4 on a socket of IPv6 is IPv4. */
export function holderOf(address = ""): string {
  const plain = address.replace(/^::ffff:(?=[\d.]+$)/i, "").replace(/%.*$/, "");
  if (isIP(plain) !== 6) return plain;
  const [head = "", tail] = plain.split("::");
  const groups = head === "" ? [] : head.split(":");
  const behind = tail === undefined || tail === "" ? [] : tail.split(":");
  const between = tail === undefined ? [] : Array.from({ length: 8 - groups.length - behind.length }, () => "0");
  return [...groups, ...between, ...behind].slice(0, 4).join(":");
}
