import { isIPv6 } from "node:net";
import { clipText } from "@dwld/text";

/** An address to listen on or to connect to. `host` has no brackets, `port` is 0 to 65535 (0: the system chooses). */
export type Address = { readonly host: string; readonly port: number };

/** A text is no address. `wrong` and `remedy` are the two parts of the message. */
export class AddressError extends Error {
  override readonly name = "AddressError";
  readonly code = "address";
  readonly wrong: string;
  readonly remedy: string;
  constructor(wrong: string, remedy: string) {
    super(`${wrong}; ${remedy}`);
    this.wrong = wrong;
    this.remedy = remedy;
  }
}

const addressExample = "write host:port, such as 127.0.0.1:8888 or [::1]:8888";
const hostNamePattern =
  /^(?=.{1,253}$)[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?(\.[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?)*\.?$/i;

/** Parses "host:port", "127.0.0.1:80" or "[::1]:80". @throws AddressError */
export function parseAddress(text: string): Address {
  const shown = JSON.stringify(clipText(text, 80, "…"));
  if (isIPv6(text)) throw new AddressError(`${shown} has no port, or its IPv6 host has no brackets`, addressExample);
  const parts = /^(?:\[(?<bracketed>[^\]]*)\]|(?<plain>[^:]*)):(?<port>[^:]*)$/.exec(text)?.groups;
  if (parts === undefined) throw new AddressError(`${shown} is not an address`, addressExample);
  const port = Number(parts["port"]);
  if (!/^\d+$/.test(parts["port"] ?? "")) throw new AddressError(`${shown} has no port number`, addressExample);
  if (port > 65_535) throw new AddressError(`port ${parts["port"]} does not exist`, "ports go from 0 to 65535");
  const { bracketed, plain } = parts;
  if (bracketed !== undefined) {
    if (!isIPv6(bracketed)) throw new AddressError(`[${bracketed}] is not an IPv6 address`, addressExample);
    return { host: bracketed, port };
  }
  if (plain === undefined || plain === "" || plain === "*") {
    throw new AddressError(
      `${shown} names no host`,
      `write 0.0.0.0:${port} for every interface, 127.0.0.1:${port} for this machine alone`,
    );
  }
  if (!isHostName(plain)) throw new AddressError(`${JSON.stringify(plain)} is not a host name`, addressExample);
  return { host: plain, port };
}

/** Parses an address; returns undefined if the text is none. */
export function readAddress(text: string): Address | undefined {
  try {
    return parseAddress(text);
  } catch (error) {
    if (error instanceof AddressError) return undefined;
    throw error;
  }
}

/** Whether a host, a name or an address with or without brackets, is this machine alone. */
export function isLoopback(host = ""): boolean {
  return /^(localhost\.?|(::ffff:)?127\.[\d.]+|\[?::1\]?)$/i.test(host);
}

/** Whether a host stands for all addresses of this machine. */
export function isWildcard(host: string): boolean {
  return host === "0.0.0.0" || /^[0:]+$/.test(host);
}

/** Returns the address by which this machine itself reaches a listener. */
export function fromThisMachine({ host, port }: Address): Address {
  if (!isWildcard(host)) return { host, port };
  return { host: host === "0.0.0.0" ? "127.0.0.1" : "::1", port };
}

/** Writes an address as parseAddress reads it, with brackets around an IPv6 host. */
export function formatAddress({ host, port }: Address): string {
  return isIPv6(host) ? `[${host}]:${port}` : `${host}:${port}`;
}

/** Whether a resolver may be asked for a name or IPv4 address (labels of RFC 1123, and the underscore of containers). */
export function isHostName(text: string): boolean {
  // A wrong IPv4 address ("1.2.3.400") would otherwise pass as a name.
  return (
    hostNamePattern.test(text) && (!/^[\d.]+$/.test(text) || /^((25[0-5]|2[0-4]\d|1?\d?\d)(\.(?!$)|$)){4}$/.test(text))
  );
}
