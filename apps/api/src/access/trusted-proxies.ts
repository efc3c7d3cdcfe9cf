import type { IncomingMessage } from "node:http";
import type { Http2ServerRequest } from "node:http2";
import { BlockList, isIP } from "node:net";
import { createContextKey } from "@connectrpc/connect";

export type Request = IncomingMessage | Http2ServerRequest;

/** Where a call comes from, beyond the reverse proxies that are trusted. */
export type Client = {
  /** Undefined if its connection is gone already, or came over a UNIX socket. */
  readonly address: string | undefined;
  /** Whether its call is encrypted on the whole way to the last proxy, or to here. */
  readonly isSecure: boolean;
  /** Whether its connection is one of a proxy, and so is the certificate on it. */
  readonly isProxied: boolean;
};

/** Set by the listeners. */
export const clientKey = createContextKey<Client>({ address: undefined, isSecure: false, isProxied: false });

/** The reverse proxies whose word about their clients is taken. */
export class TrustedProxies {
  readonly #trusted = new BlockList();

  /** @param networks addresses, and networks as "10.0.0.0/8". */
  constructor(networks: readonly string[]) {
    for (const network of networks) {
      const [address = "", bits] = network.split("/");
      const family = isIP(address) === 6 ? "ipv6" : "ipv4";
      if (bits === undefined) this.#trusted.addAddress(address, family);
      else this.#trusted.addSubnet(address, Number(bits), family);
    }
  }

  has(address: string | undefined): boolean {
    const family = isIP(address ?? "");
    return address !== undefined && family !== 0 && this.#trusted.check(address, family === 6 ? "ipv6" : "ipv4");
  }

  /**
   * Returns the client of a call: the last address that no trusted proxy has. What stands before it in the header was
   * written by the client itself.
   */
  clientOf({ socket, headers }: Pick<Request, "socket" | "headers">): Client {
    const { remoteAddress: peer } = socket;
    if (!this.has(peer)) return { address: peer, isSecure: "encrypted" in socket, isProxied: false };
    const { "x-forwarded-for": forwardedFor = "", "x-forwarded-proto": protocol } = headers;
    const hops = String(forwardedFor).split(",").map(addressOf);
    // A hop that is no address was not written by a proxy: what is known ends behind it.
    const known = hops.slice(hops.lastIndexOf(undefined) + 1) as string[];
    const address = known.findLast((hop) => !this.has(hop)) ?? known[0] ?? peer;
    const isSecure = String(protocol).split(",").at(-1)?.trim().toLowerCase() === "https";
    return { address, isSecure, isProxied: true };
  }
}

/** Returns the address of a hop, without a port; undefined if it is none. */
function addressOf(hop: string): string | undefined {
  const address = hop
    .trim()
    .replace(/^\[(.*)\](:\d+)?$/, "$1")
    .replace(/^([\d.]+):\d+$/, "$1");
  return isIP(address) === 0 ? undefined : address;
}
