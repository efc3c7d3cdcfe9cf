import { dirname } from "node:path";
import type { ConnectError } from "@connectrpc/connect";
import {
  type Address,
  type Configuration,
  isRuntimeFolder,
  listenAt,
  listenAtSocket,
  ownHosts,
  parseAddress,
} from "@dwld/daemon";
import { type Caller, holderOf } from "../limits/caller.ts";
import type { Limits } from "../limits/limits.ts";
import { limitError } from "../rules/limit-error.ts";
import { startGrpcListener } from "./grpc-listener.ts";
import { type HttpPlace, startHttpListener } from "./http-listener.ts";
import { HeldPlaces } from "../limits/held-places.ts";
import { Batches } from "./batches.ts";
import { CallBounds } from "./call-bounds.ts";
import { batchPaths, streamPaths } from "./bounded-paths.ts";
import type { CallerBounds, Listener, ListenerOptions } from "./listener.ts";
import { ServerCertificate } from "./tls/server-certificate.ts";
import { startTlsListener } from "./tls/tls-listener.ts";

export type Listeners = {
  grpc: Listener;
  http: Listener;
  /** Undefined if no socket was asked for. */
  socket: Listener<string> | undefined;
  listening(): boolean;
  close(): Promise<void>;
};

/** The addresses; `socket` is the path of a UNIX socket. */
export type Places = Pick<Configuration["api"], "listen" | "http" | "hosts" | "tls"> & {
  readonly socket?: string | undefined;
};

/**
 * Opens all listeners, with the same routes: `api.listen` for gRPC over plaintext HTTP/2, `api.http` for HTTP/1.1, and
 * that on a UNIX socket as well. With `api.tls` each address has both over TLS. Rejects with the error of listen() if an
 * address is taken, and with a ConfigurationError if the certificate cannot be used; then none is open.
 */
export async function startListeners(places: Places, limits: Limits, options: ListenerOptions): Promise<Listeners> {
  const batches = new Batches();
  const { proxies } = options;
  const connections = new HeldPlaces(() => limits.settings.perAddress.connections);
  const callers: CallerBounds = {
    // The connections of a proxy are those of its clients.
    connections: {
      admit: (address) => (proxies.has(address) ? () => undefined : connections.admit(holderOf(address))),
    },
    calls: new CallBounds([
      { paths: streamPaths, hold: (caller) => holdStream(limits, caller) },
      { paths: batchPaths, hold: (caller) => batches.hold(caller) },
    ]),
  };
  const { listen, http, hosts, socket, tls } = places;
  const certificate =
    tls === undefined ? undefined : new ServerCertificate(tls, { logger: options.logger, now: Date.now });
  const overTls = (address: Address) =>
    certificate === undefined ? undefined : startTlsListener(address, { hosts, certificate }, callers, options);
  const open: Listener<unknown>[] = [];
  const opened = async <One extends Listener<unknown>>(starting: Promise<One>): Promise<One> => {
    const listener = await starting;
    open.push(listener);
    return listener;
  };
  const close = async (): Promise<void> => {
    certificate?.close();
    await Promise.all(open.map((listener) => listener.close()));
  };
  try {
    const [grpcAddress, httpAddress] = [parseAddress(listen), parseAddress(http)];
    const httpPlace = addressPlace(httpAddress, hosts);
    return {
      grpc: await opened(overTls(grpcAddress) ?? startGrpcListener(grpcAddress, callers, options)),
      http: await opened(overTls(httpAddress) ?? startHttpListener(httpPlace, callers, options)),
      socket: socket === undefined ? undefined : await opened(startHttpListener(socketPlace(socket), callers, options)),
      listening: () => open.every((listener) => listener.listening()),
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

function addressPlace(address: Address, hosts: readonly string[]): HttpPlace<Address> {
  return { door: "network", own: ownHosts(hosts, address.host), listen: (server) => listenAt(server, address) };
}

function socketPlace(path: string): HttpPlace<string> {
  return {
    door: "socket",
    own: new Set(),
    listen: async (server) => {
      await listenAtSocket(server, path, isRuntimeFolder(dirname(path)));
      return path;
    },
  };
}

function holdStream(limits: Limits, caller: Caller): (() => void) | ConnectError {
  const held = limits.holdStream(caller);
  if (typeof held === "function") return held;
  limits.note(held);
  return limitError(held);
}
