import { isIPv6 } from "node:net";

/** Where a socket listens or connects to. `host` stands without brackets, `port` is 0 to 65535 (0: the system chooses). */
export type Address = { readonly host: string; readonly port: number };

/** A text is no address. `wrong` and `remedy` are the two halves of the message. */
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

/** Reads "host:port", "127.0.0.1:80" or "[::1]:80". Throws AddressError. */
export function parseAddress(text: string): Address {
  const shown = JSON.stringify(text.length > 80 ? `${text.slice(0, 80)}…` : text);
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

/** The address, or undefined where the text is none. */
export function readAddress(text: string): Address | undefined {
  try {
    return parseAddress(text);
  } catch (error) {
    if (error instanceof AddressError) return undefined;
    throw error;
  }
}

/** The text parseAddress reads: IPv6 hosts get their brackets back. */
export function formatAddress({ host, port }: Address): string {
  return isIPv6(host) ? `[${host}]:${port}` : `${host}:${port}`;
}

/** A name or IPv4 address a resolver may be asked for (RFC 1123 labels; the underscore, which containers use, is let pass). */
export function isHostName(text: string): boolean {
  // What looks like an IPv4 address but is none ("1.2.3.400") would otherwise pass as a name.
  return (
    hostNamePattern.test(text) && (!/^[\d.]+$/.test(text) || /^((25[0-5]|2[0-4]\d|1?\d?\d)(\.(?!$)|$)){4}$/.test(text))
  );
}
