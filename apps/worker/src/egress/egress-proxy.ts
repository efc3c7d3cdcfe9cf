import { lookup as resolveName, type LookupAddress } from "node:dns";
import { once } from "node:events";
import { Agent, createServer, type IncomingMessage } from "node:http";
import { type AddressInfo, connect, isIP, type LookupFunction, type Server } from "node:net";
import { pipeline, type Duplex } from "node:stream";
import { errorCode, withoutBrackets } from "@dwld/text";
import { forward, type Way } from "./forward.ts";
import { createLogin, type Login, loginDemand } from "./login.ts";
import { answerTo, OwnAnswer, refused } from "./own-answer.ts";
import { createOwnNetworkCheck } from "./own-network.ts";
import { type Refusal, refusalOf } from "./refusal.ts";

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

/** The parts of a stream follow each other sooner. */
const defaultIdleMs = 15_000;

/** Returns why an address may not be connected to; undefined if it may. */
export type Judge = (address: string) => Refusal | undefined;

/**
 * Starts the way out for yt-dlp and its ffmpeg: an HTTP proxy on loopback (RFC 9110, 9.3.6 CONNECT and absolute-form
 * requests) that resolves names itself and connects to public addresses alone, and to none of this machine's own networks.
 * yt-dlp follows pages, playlists and redirects wherever they lead. It serves those alone who show its login.
 *
 * @param sockets of a network namespace; without them, it listens on this machine.
 * @param idleMs time for which a connection to a site waits for the next request
 */
export async function startEgressProxy(
  judge: Judge = judgeByNetworks(),
  sockets?: ProxySockets,
  idleMs = defaultIdleMs,
): Promise<EgressProxy> {
  const login = createLogin();
  const at = (index: number) => (sockets === undefined ? proxyHosts[index] : sockets[index]);
  const every = await listen(judge, 0, { at: at(0), login, idleMs });
  const ipv4 = await listen(judge, 4, { at: at(1), login, idleMs });
  const ipv6 = await listenIfPossible(judge, 6, { at: at(2), login, idleMs });
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
type Place = { at: string | Server | undefined; login: Login; idleMs: number };

async function listen(judge: Judge, family: Family, { at, login, idleMs }: Place): Promise<Listener | undefined> {
  if (at === undefined) return undefined;
  const lookup = lookupAllowed(judge, family);
  // A name is judged by its addresses, once they are known.
  const admitHost = (host: string) => {
    const refusal = isIP(host) === 0 ? undefined : judge(host);
    if (refusal !== undefined) throw refused(refusal);
  };
  // An agent for each listener: it finds a kept connection by the host's name, whichever family made it.
  // Sites have any number of names, and may keep connections for ever: each takes a descriptor of this process.
  const agent = new Agent({ keepAlive: true, timeout: idleMs });
  const server = createServer((request, response) => {
    if (login.admits(request.headers)) forward(request, response, { lookup, agent, admitHost });
    else response.writeHead(407, loginDemand).end();
  });
  server.on("connect", (request: IncomingMessage, client: Duplex, head: Buffer) => {
    tunnel({ request, client, head }, { lookup, admitHost, login });
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
      const answer = answerFor(addresses, judge);
      if (answer instanceof Error) callback(answer, "");
      else if (options.all === true) callback(null, answer);
      else callback(null, answer[0].address, answer[0].family);
    });
  };
}

/** Returns the addresses that may be connected to; an error if there is none, or if the judge has failed. */
function answerFor(addresses: readonly LookupAddress[], judge: Judge): [LookupAddress, ...LookupAddress[]] | Error {
  try {
    const judged = addresses.map((found) => ({ found, refusal: judge(found.address) }));
    const [first, ...others] = judged.filter(({ refusal }) => refusal === undefined).map(({ found }) => found);
    return first === undefined ? refused(judged[0]?.refusal ?? "private") : [first, ...others];
  } catch (error) {
    return answerTo(error);
  }
}

type Tunnel = { request: IncomingMessage; client: Duplex; head: Buffer };

/** Connects a program with the host that it names (RFC 9110, 9.3.6). Whatever breaks it is an answer. */
function tunnel({ request, client, head }: Tunnel, { lookup, admitHost, login }: Way & { login: Login }): void {
  const answer = (status: string, headers: Record<string, string> = {}) => {
    const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
    client.end(`HTTP/1.1 ${status}\r\n${lines.join("")}Content-Length: 0\r\nConnection: close\r\n\r\n`);
  };
  const fail = (error: unknown) => {
    const { status, message } = answerTo(error);
    answer(`${status} ${message}`);
  };
  client.on("error", () => client.destroy());
  if (!login.admits(request.headers)) return answer("407 Proxy Authentication Required", loginDemand);
  try {
    const target = URL.parse(`tunnel://${request.url ?? ""}`);
    const host = withoutBrackets(target?.hostname ?? "");
    if (target === null || host === "") throw new OwnAnswer(400, "Bad Request");
    admitHost(host);
    const upstream = connect({ host, port: Number(target.port || 443), lookup });
    upstream.once("error", fail);
    upstream.once("connect", () => {
      upstream.off("error", fail);
      // The program is gone: `pipeline` throws at a stream that has ended.
      if (client.destroyed) {
        upstream.destroy();
        return;
      }
      client.write("HTTP/1.1 200 Connection established\r\n\r\n");
      upstream.write(head);
      // The end or an error of either side ends the other. Both sides see it, so it is not logged.
      pipeline(client, upstream, () => upstream.destroy());
      pipeline(upstream, client, () => client.destroy());
    });
  } catch (error) {
    fail(error);
  }
}
