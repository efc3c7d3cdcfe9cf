import { once } from "node:events";
import { type AddressInfo, createServer, type Server } from "node:net";
import { errorText } from "@dwld/text";
import { type EgressUrls, type Judge, proxyHosts, startEgressProxy } from "./egress-proxy.ts";
import {
  type Command,
  makeNetworkNamespace,
  type NetworkNamespace,
  proveNetworkNamespace,
} from "./network-namespace.ts";
import { relayUrl, startRelay } from "./relay.ts";

/** The way of yt-dlp and ffmpeg to the network. */
export type WayOut = {
  readonly urls: EgressUrls;
  /** Returns the command that starts a program with this way alone, as far as this machine allows that. */
  enter: (command: Command) => Command;
  /** The ports of 127.0.0.1 and ::1 that lead out. */
  readonly ports: readonly number[];
  /** Why the programs are in no network namespace, and keep to the proxy by themselves; undefined if they are in one. */
  readonly unwalled: string | undefined;
  close: () => Promise<void>;
};

export type WayOutOptions = {
  readonly wall: "auto" | "required" | "off";
  /** The proxies of stages. */
  readonly ownProxies: readonly string[];
  /** The environment of the programs that the worker starts. */
  readonly environment: Readonly<Record<string, string>>;
  readonly judge?: Judge;
};

/** `worker.wall` is "required", and this machine makes no network namespace. */
class NoNetworkNamespaceError extends Error {
  readonly code = "wall";
  /** EX_CONFIG: a restart cures nothing. */
  readonly exitStatus = 78;

  constructor(reason: string) {
    super(
      `worker.wall is "required", but yt-dlp cannot be put into a network namespace here (${reason}). ` +
        `Allow this user namespaces (docs/operations.md, "What a link may reach"), or set worker.wall to auto.`,
    );
  }
}

/**
 * Opens the way out: the egress proxy, in a network namespace if this machine makes one that holds.
 *
 * @throws NoNetworkNamespaceError
 */
export async function openWayOut(options: WayOutOptions): Promise<WayOut> {
  if (options.wall === "off") return await openWithoutNamespace("worker.wall is off", options.judge);
  try {
    return await openInNamespace(options);
  } catch (error) {
    if (options.wall === "required") throw new NoNetworkNamespaceError(errorText(error));
    return await openWithoutNamespace(errorText(error), options.judge);
  }
}

async function openWithoutNamespace(unwalled: string, judge?: Judge): Promise<WayOut> {
  const { close, ...urls } = await startEgressProxy(judge);
  return { urls, ports: portsOf(urls), enter: (command) => command, unwalled, close };
}

async function openInNamespace({ ownProxies, environment, judge }: WayOutOptions): Promise<WayOut> {
  await using opened = new AsyncDisposableStack();
  const own = [...new Set(ownProxies)];
  const hosts = [...proxyHosts, ...own.map(() => "127.0.0.1")];
  const namespace = await makeNetworkNamespace(hosts, environment);
  opened.defer(namespace.close);
  const sockets = namespace.listeners.slice(0, proxyHosts.length);
  const { close: closeProxy, ...urls } = await startEgressProxy(judge, sockets);
  opened.defer(closeProxy);
  const relays = new Map<string, string>();
  for (const [index, written] of own.entries()) {
    const { url, relay } = await relayTo(written, namespace.listeners[proxyHosts.length + index]);
    opened.defer(relay.close);
    relays.set(written, url);
  }
  await prove(namespace, Number(new URL(urls.url).port), environment);
  const all = { ...urls, relays };
  const held = opened.move();
  const close = async () => {
    await held.disposeAsync();
  };
  return { urls: all, ports: portsOf(all), enter: namespace.enter, unwalled: undefined, close };
}

function portsOf({ url, ipv4Url, ipv6Url, relays }: EgressUrls): number[] {
  const urls = [url, ipv4Url, ...(ipv6Url === undefined ? [] : [ipv6Url]), ...(relays?.values() ?? [])];
  return urls.map((one) => Number(/:(\d+)$/.exec(one)?.[1]));
}

async function relayTo(written: string, socket: Server | undefined) {
  if (socket === undefined) throw new Error("the namespace has no address for a stage's own proxy");
  const proxy = new URL(written);
  const url = relayUrl(proxy, (socket.address() as AddressInfo).port);
  return { url, relay: await startRelay(proxy, socket) };
}

/** Tries from inside to reach a port of this machine, and the proxy. */
async function prove(namespace: NetworkNamespace, inside: number, environment: WayOutOptions["environment"]) {
  const outside = createServer((socket) => socket.destroy()).listen(0, "127.0.0.1");
  await once(outside, "listening");
  try {
    const { port } = outside.address() as AddressInfo;
    await proveNetworkNamespace(namespace, { outside: port, inside }, environment);
  } finally {
    outside.close();
  }
}
