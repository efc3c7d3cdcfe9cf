import { lookup as resolveName, type LookupAddress } from "node:dns";
import { once } from "node:events";
import { Agent, createServer, type IncomingMessage, request as sendRequest, type ServerResponse } from "node:http";
import { type AddressInfo, connect, isIP, type LookupFunction, type Server } from "node:net";
import { pipeline, type Duplex } from "node:stream";
import { errorCode } from "@dwld/text";
import { createLogin, type Login, loginDemand } from "./login.ts";
import { createOwnNetworkCheck } from "./own-network.ts";
import { type Refusal, refusalOf, refusalWords } from "./refusal.ts";

/** URLs for `http_proxy` and `https_proxy`. */
export type EgressUrls = {
  /** "http://dwld:SECRET@127.0.0.1:PORT" */
  readonly url: string;
  /** The same, but connects by IPv4 alone. */
  readonly ipv4Url: string;
  /**
   * Connects by IPv6 alone. Listens on [::1], since yt-dlp with --force-ipv6 uses IPv6 for the proxy too. Undefined if this
   * machine has no IPv6.
   */
  readonly ipv6Url: string | undefined;
  /** URLs that lead to the proxies of stages from where the programs run, by those of the configuration. */
  readonly relays?: ReadonlyMap<string, string>;
};

export type EgressProxy = EgressUrls & {
  close: () => Promise<void>;
};

/** The hosts that the proxy listens on, in the order of its URLs. */
export const proxyHosts = ["127.0.0.1", "127.0.0.1", "::1"] as const;

/** Sockets that listen on the `proxyHosts` already; undefined if this machine has no such address. */
export type ProxySockets = readonly (Server | undefined)[];

type Family = 0 | 4 | 6;

/** Returns why an address may not be connected to; undefined if it may. */
export type Judge = (address: string) => Refusal | undefined;

class RefusedError extends Error {
  readonly refusal: Refusal;
  constructor(refusal: Refusal) {
    super(refusalWords[refusal]);
    this.refusal = refusal;
  }
}

/**
 * Starts the way out for yt-dlp and its ffmpeg: an HTTP proxy on loopback (RFC 9110, 9.3.6 CONNECT and absolute-form
 * requests) that resolves names itself and connects to public addresses alone, and to none of this machine's own networks.
 * yt-dlp follows pages, playlists and redirects wherever they lead. It serves those alone who show its login.
 *
 * @param sockets of a network namespace; without them, it listens on this machine.
 */
export async function startEgressProxy(judge: Judge = judgeByNetworks(), sockets?: ProxySockets): Promise<EgressProxy> {
  const login = createLogin();
  const at = (index: number) => (sockets === undefined ? proxyHosts[index] : sockets[index]);
  const every = await listen(judge, 0, { at: at(0), login });
  const ipv4 = await listen(judge, 4, { at: at(1), login });
  const ipv6 = await listenIfPossible(judge, 6, { at: at(2), login });
  if (every === undefined || ipv4 === undefined) throw new Error("127.0.0.1 is no address of this machine");
  return {
    url: every.url,
    ipv4Url: ipv4.url,
    ipv6Url: ipv6?.url,
    close: async () => {
      await Promise.all([every.close(), ipv4.close(), ipv6?.close()]);
    },
  };
}

function judgeByNetworks(): Judge {
  const isOwn = createOwnNetworkCheck();
  return (address) => refusalOf(address, isOwn);
}

/** How a listener connects: judges a host that is an address, and resolves a name to allowed addresses. */
type Way = { lookup: LookupFunction; judgeHost: Judge };

type Listener = { url: string; close(): Promise<void> };

async function listenIfPossible(...options: Parameters<typeof listen>): Promise<Listener | undefined> {
  try {
    return await listen(...options);
  } catch (error) {
    if (["EADDRNOTAVAIL", "EAFNOSUPPORT"].includes(errorCode(error))) return undefined;
    throw error;
  }
}

/** @property at a host of this machine, or a socket that listens; undefined if there is none. */
type Place = { at: string | Server | undefined; login: Login };

async function listen(judge: Judge, family: Family, { at, login }: Place): Promise<Listener | undefined> {
  if (at === undefined) return undefined;
  const lookup = lookupAllowed(judge, family);
  // A name is judged by its addresses, once they are known.
  const judgeHost = (name: string) => (isIP(name) === 0 ? undefined : judge(name));
  // An agent for each listener: it finds a kept connection by the host's name, whichever family made it.
  const agent = new Agent({ keepAlive: true });
  const server = createServer((request, response) => {
    if (login.admits(request.headers)) forward(request, response, { lookup, agent, judgeHost });
    else response.writeHead(407, loginDemand).end();
  });
  server.on("connect", (request: IncomingMessage, client: Duplex, head: Buffer) => {
    tunnel(request, client, head, { lookup, judgeHost, login });
  });
  if (typeof at === "string") server.listen(0, at);
  else server.listen(at);
  await once(server, "listening");
  const { port, address } = server.address() as AddressInfo;
  return {
    url: `http://${login.userinfo}@${address.includes(":") ? `[${address}]` : address}:${port}`,
    close: async () => {
      server.close();
      server.closeAllConnections();
      agent.destroy();
      await once(server, "close");
    },
  };
}

/** Resolves a name once and connects to what was judged: a name that changes in between gains nothing. */
function lookupAllowed(judge: Judge, family: Family): LookupFunction {
  return (hostname, options, callback) => {
    const wanted = family === 0 ? options : { ...options, family };
    resolveName(hostname, { ...wanted, all: true }, (error, addresses: LookupAddress[]) => {
      if (error !== null) return callback(error, "");
      const judged = addresses.map((found) => ({ found, refusal: judge(found.address) }));
      const allowed = judged.filter(({ refusal }) => refusal === undefined).map(({ found }) => found);
      const [first] = allowed;
      if (first === undefined) callback(new RefusedError(judged[0]?.refusal ?? "private"), "");
      else if (options.all === true) callback(null, allowed);
      else callback(null, first.address, first.family);
    });
  };
}

function tunnel(
  request: IncomingMessage,
  client: Duplex,
  head: Buffer,
  { lookup, judgeHost, login }: Way & { login: Login },
): void {
  const target = URL.parse(`tunnel://${request.url ?? ""}`);
  const host = target === null ? "" : withoutBrackets(target.hostname);
  const answer = (status: string, headers: Record<string, string> = {}) => {
    const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
    client.end(`HTTP/1.1 ${status}\r\n${lines.join("")}Content-Length: 0\r\nConnection: close\r\n\r\n`);
  };
  client.on("error", () => client.destroy());
  if (!login.admits(request.headers)) return answer("407 Proxy Authentication Required", loginDemand);
  if (target === null || host === "") return answer("400 Bad Request");
  const refusal = judgeHost(host);
  if (refusal !== undefined) return answer(`403 ${refusalWords[refusal]}`);
  const upstream = connect({ host, port: Number(target.port || 443), lookup });
  const fail = (error: Error) => {
    answer(statusOf(error));
  };
  upstream.once("error", fail);
  upstream.once("connect", () => {
    upstream.off("error", fail);
    client.write("HTTP/1.1 200 Connection established\r\n\r\n");
    upstream.write(head);
    // The end or an error of either side ends the other. Both sides see it, so it is not logged.
    pipeline(client, upstream, () => upstream.destroy());
    pipeline(upstream, client, () => client.destroy());
  });
}

function forward(
  request: IncomingMessage,
  response: ServerResponse,
  { judgeHost, ...connection }: Way & { agent: Agent },
): void {
  const target = URL.parse(request.url ?? "");
  const answer = (status: string) => {
    const [code = "502", ...words] = status.split(" ");
    if (response.headersSent) response.destroy();
    else response.writeHead(Number(code), words.join(" "), { Connection: "close" }).end();
  };
  if (target === null) return answer("400 Bad Request");
  if (target.protocol !== "http:") return answer(`403 ${refusalWords.protocol}`);
  const host = withoutBrackets(target.hostname);
  const refusal = judgeHost(host);
  if (refusal !== undefined) return answer(`403 ${refusalWords[refusal]}`);
  const { "proxy-connection": _, "proxy-authorization": __, connection: ___, ...headers } = request.headers;
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
  if (error instanceof RefusedError) return `403 ${error.message}`;
  return `502 ${(errorCode(error) || error.message).replaceAll(/[^\w ]/g, " ")}`;
}

function withoutBrackets(hostname: string): string {
  return hostname.replace(/^\[(.*)\]$/, "$1");
}
