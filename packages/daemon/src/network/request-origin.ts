import { isIP } from "node:net";
import { clipText } from "@dwld/text";

const loopbackNames = new Set(["localhost", "127.0.0.1", "[::1]"]);

/** Where an HTTP/1.1 request says that it comes from, and where it goes. */
export type RequestOrigin = {
  host: string | undefined;
  origin: string | undefined;
  /** Address of this machine on which it arrived. */
  localAddress: string | undefined;
};

/**
 * Returns why a request is refused, in a sentence; undefined if it is answered.
 *
 * A page in somebody's browser must not drive this server. The Host header must be a name of the server, or its address:
 * any other name may have been pointed at this address for an attack (DNS rebinding). The Origin header must be of this
 * server, not of another site or port (cross-site request forgery).
 *
 * @param hosts names of the server besides those of loopback.
 */
export function refuseOrigin(request: RequestOrigin, hosts: Pick<ReadonlySet<string>, "has">): string | undefined {
  const target = parseHost(request.host);
  if (target === undefined) return "the Host header is missing or is no host";
  const { hostname } = target;
  if (!loopbackNames.has(hostname) && !hosts.has(hostname) && hostname !== urlHost(request.localAddress))
    return `this server does not answer to the name ${hostname}; add it to api.hosts if it should`;
  if (request.origin === undefined) return undefined;
  const origin = URL.parse(request.origin);
  const own =
    origin !== null && /^https?:$/.test(origin.protocol) && (origin.host === target.host || hosts.has(origin.hostname));
  return own ? undefined : `requests of web pages from ${clipText(request.origin, 200, "…")} are not answered`;
}

function parseHost(host: string | undefined): URL | undefined {
  if (host === undefined || !/^[^\s/?#@\\]+$/.test(host)) return undefined;
  return URL.parse(`http://${host}`) ?? undefined;
}

/** Writes an address as a URL spells it; IPv4 on an IPv6 socket ("::ffff:127.0.0.1") as IPv4. */
function urlHost(address: string | undefined): string | undefined {
  if (address === undefined) return undefined;
  const plain = address.replace(/^::ffff:(?=[\d.]+$)/i, "");
  return isIP(plain) === 6 ? URL.parse(`http://[${plain.replace(/%.*$/, "")}]`)?.hostname : plain;
}

/** Returns the names that a listener answers to, besides those of loopback. */
export function ownHosts(configured: readonly string[], listenHost: string): ReadonlySet<string> {
  const all = [...configured, listenHost].map(
    (host) => URL.parse(`http://${host.includes(":") && !host.startsWith("[") ? `[${host}]` : host}`)?.hostname,
  );
  return new Set(all.filter((host) => host !== undefined));
}
