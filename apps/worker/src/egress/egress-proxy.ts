import { lookup as resolveName, type LookupAddress } from "node:dns";
import { once } from "node:events";
import { Agent, createServer, type IncomingMessage, request as sendRequest, type ServerResponse } from "node:http";
import { type AddressInfo, connect, isIP, type LookupFunction } from "node:net";
import { pipeline, type Duplex } from "node:stream";
import { isPublicAddress } from "./public-address.ts";

/** yt-dlp repeats a proxy's status line in its error: by this the failure is recognised. */
export const refusal = "Private address refused by dwld";
/** The same of what is asked for by another protocol than HTTP; so says our plugin of yt-dlp (allowed_protocols.py). */
export const protocolRefusal = "Protocol refused by dwld";

/** For `http_proxy` and `https_proxy`. */
export type EgressUrls = {
  /** "http://127.0.0.1:PORT" */
  readonly url: string;
  /** The same, to hosts that have an address of IPv4. */
  readonly ipv4Url: string;
  /**
   * To those that have one of IPv6; itself on [::1], since a yt-dlp that is told to use IPv6 uses it for the proxy too.
   * Undefined where this machine has no IPv6.
   */
  readonly ipv6Url: string | undefined;
};

export type EgressProxy = EgressUrls & {
  close(): Promise<void>;
};

type Family = 0 | 4 | 6;

class PrivateAddressError extends Error {}

/**
 * The way out to the internet for yt-dlp and its ffmpeg: an HTTP proxy on loopback (RFC 9110, 9.3.6 CONNECT and
 * absolute-form requests) that resolves names itself and connects to public addresses alone. yt-dlp follows pages,
 * playlists and redirects wherever they lead; a link must not reach this machine's own network.
 */
export async function startEgressProxy(
  isAllowed: (address: string) => boolean = isPublicAddress,
): Promise<EgressProxy> {
  const every = await listen(isAllowed, 0, "127.0.0.1");
  const ipv4 = await listen(isAllowed, 4, "127.0.0.1");
  const ipv6 = await listenIfPossible(isAllowed, 6, "::1");
  return {
    url: every.url,
    ipv4Url: ipv4.url,
    ipv6Url: ipv6?.url,
    close: async () => {
      await Promise.all([every.close(), ipv4.close(), ipv6?.close()]);
    },
  };
}

type Listener = { url: string; close(): Promise<void> };

async function listenIfPossible(...options: Parameters<typeof listen>): Promise<Listener | undefined> {
  try {
    return await listen(...options);
  } catch (error) {
    if (error instanceof Error && "code" in error && /^EADDRNOTAVAIL|^EAFNOSUPPORT/.test(String(error.code)))
      return undefined;
    throw error;
  }
}

async function listen(isAllowed: (address: string) => boolean, family: Family, host: string): Promise<Listener> {
  const lookup = lookupAllowed(isAllowed, family);
  const refuses = (name: string) => isIP(name) !== 0 && !isAllowed(name);
  // One's own: a connection that is kept is found by its host's name, whichever way it was made.
  const agent = new Agent({ keepAlive: true });
  const server = createServer((request, response) => {
    forward(request, response, { lookup, agent }, refuses);
  });
  server.on("connect", (request: IncomingMessage, client: Duplex, head: Buffer) => {
    tunnel(request, client, head, lookup, refuses);
  });
  server.listen(0, host);
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://${host.includes(":") ? `[${host}]` : host}:${port}`,
    close: async () => {
      server.close();
      server.closeAllConnections();
      agent.destroy();
      await once(server, "close");
    },
  };
}

/** Resolved once and connected to as resolved: a name that changes its mind in between gains nothing. */
function lookupAllowed(isAllowed: (address: string) => boolean, family: Family): LookupFunction {
  return (hostname, options, callback) => {
    const wanted = family === 0 ? options : { ...options, family };
    resolveName(hostname, { ...wanted, all: true }, (error, addresses: LookupAddress[]) => {
      const allowed = error === null ? addresses.filter(({ address }) => isAllowed(address)) : [];
      const [first] = allowed;
      if (error !== null) callback(error, "");
      else if (first === undefined) callback(new PrivateAddressError(hostname), "");
      else if (options.all === true) callback(null, allowed);
      else callback(null, first.address, first.family);
    });
  };
}

function tunnel(
  request: IncomingMessage,
  client: Duplex,
  head: Buffer,
  lookup: LookupFunction,
  refuses: (host: string) => boolean,
): void {
  const target = URL.parse(`tunnel://${request.url ?? ""}`);
  const host = target === null ? "" : withoutBrackets(target.hostname);
  const answer = (status: string) => {
    client.end(`HTTP/1.1 ${status}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n`);
  };
  client.on("error", () => client.destroy());
  if (target === null || host === "") return answer("400 Bad Request");
  if (refuses(host)) return answer(`403 ${refusal}`);
  const upstream = connect({ host, port: Number(target.port || 443), lookup });
  const fail = (error: Error) => {
    answer(statusOf(error));
  };
  upstream.once("error", fail);
  upstream.once("connect", () => {
    upstream.off("error", fail);
    client.write("HTTP/1.1 200 Connection established\r\n\r\n");
    upstream.write(head);
    // Either side's end, or error, ends the other; there is nobody else to tell.
    pipeline(client, upstream, () => upstream.destroy());
    pipeline(upstream, client, () => client.destroy());
  });
}

function forward(
  request: IncomingMessage,
  response: ServerResponse,
  connection: { lookup: LookupFunction; agent: Agent },
  refuses: (host: string) => boolean,
): void {
  const target = URL.parse(request.url ?? "");
  const answer = (status: string) => {
    const [code = "502", ...words] = status.split(" ");
    if (response.headersSent) response.destroy();
    else response.writeHead(Number(code), words.join(" "), { Connection: "close" }).end();
  };
  if (target === null) return answer("400 Bad Request");
  if (target.protocol !== "http:") return answer(`403 ${protocolRefusal}`);
  const host = withoutBrackets(target.hostname);
  if (refuses(host)) return answer(`403 ${refusal}`);
  const { "proxy-connection": _, connection: __, ...headers } = request.headers;
  const upstream = sendRequest({
    host,
    port: target.port || 80,
    path: `${target.pathname}${target.search}`,
    method: request.method,
    headers: { ...headers, host: target.host },
    ...connection,
  });
  upstream.once("response", (reply) => {
    response.writeHead(reply.statusCode ?? 502, reply.statusMessage, reply.headers);
    pipeline(reply, response, () => upstream.destroy());
  });
  upstream.once("error", (error) => {
    answer(statusOf(error));
  });
  pipeline(request, upstream, (error) => {
    if (error) upstream.destroy();
  });
}

function statusOf(error: Error): string {
  if (error instanceof PrivateAddressError) return `403 ${refusal}`;
  const code = "code" in error && typeof error.code === "string" ? error.code : error.message;
  return `502 ${code.replaceAll(/[^\w ]/g, " ")}`;
}

function withoutBrackets(hostname: string): string {
  return hostname.replace(/^\[(.*)\]$/, "$1");
}
