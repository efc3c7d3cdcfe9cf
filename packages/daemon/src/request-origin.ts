import { isIP } from "node:net";

const loopbackNames = new Set(["localhost", "127.0.0.1", "[::1]"]);

/** What an HTTP/1.1 request says of where it comes from and where it meant to go. */
export type RequestOrigin = {
  host: string | undefined;
  origin: string | undefined;
  /** The address of this machine on which it arrived. */
  localAddress: string | undefined;
};

/**
 * Why a request is refused, in a sentence; undefined where it may pass.
 *
 * A page in somebody's browser must not drive this server. By its Host header, a name that was pointed at this address
 * afterwards is told from the names the server has (DNS rebinding); an address is no name and cannot be pointed. By its
 * Origin header, a page of another site or port is told from one of this server (cross-site request forgery).
 *
 * @param hosts the names of `api.hosts`, beside those of the loopback interface, and the host of `api.http`.
 */
export function refuseOrigin(request: RequestOrigin, hosts: ReadonlySet<string>): string | undefined {
  const target = parseHost(request.host);
  if (target === undefined) return "the Host header is missing or is no host";
  const { hostname } = target;
  if (!loopbackNames.has(hostname) && !hosts.has(hostname) && hostname !== urlHost(request.localAddress))
    return `this server does not answer to the name ${hostname}; add it to api.hosts if it should`;
  if (request.origin === undefined) return undefined;
  const origin = URL.parse(request.origin);
  const own =
    origin !== null && /^https?:$/.test(origin.protocol) && (origin.host === target.host || hosts.has(origin.hostname));
  return own ? undefined : `requests of web pages from ${request.origin.slice(0, 200)} are not answered`;
}

function parseHost(host: string | undefined): URL | undefined {
  if (host === undefined || !/^[^\s/?#@\\]+$/.test(host)) return undefined;
  return URL.parse(`http://${host}`) ?? undefined;
}

/** An address as a URL spells it; IPv4 on an IPv6 socket ("::ffff:127.0.0.1") is IPv4. */
function urlHost(address: string | undefined): string | undefined {
  if (address === undefined) return undefined;
  const plain = address.replace(/^::ffff:(?=[\d.]+$)/i, "");
  return isIP(plain) === 6 ? URL.parse(`http://[${plain.replace(/%.*$/, "")}]`)?.hostname : plain;
}

/** The names a listener answers to beside loopback's. */
export function ownHosts(configured: readonly string[], listenHost: string): ReadonlySet<string> {
  const all = [...configured, listenHost].map(
    (host) => URL.parse(`http://${host.includes(":") && !host.startsWith("[") ? `[${host}]` : host}`)?.hostname,
  );
  return new Set(all.filter((host) => host !== undefined));
}
