import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { errorCode } from "@dwld/text";
import { closeServer, listenAt } from "../network/listen.ts";
import { type Address, parseAddress } from "../network/listen-address.ts";
import type { Logger } from "../logger/create-logger.ts";
import { ownHosts, refuseOrigin } from "../network/request-origin.ts";
import type { Metrics } from "../metrics/metrics.ts";
import { metricsRoute } from "../metrics/metrics-route.ts";
import { profileRoutes } from "../profiling/profile-routes.ts";
import { type Profiler, startProfiler } from "../profiling/profiler.ts";
import { echo } from "./echo.ts";
import { addressOf, type Answer, departureOf, ofThisMachine, type Route, send } from "../network/exchange.ts";
import { type Check, createReadiness, type Readiness } from "./readiness.ts";

export type HealthServer = {
  /** The address it listens on, with the port that the system chose for port 0. */
  readonly address: Address;
  /** Returns what /readyz answers. */
  readonly ready: () => Promise<Readiness>;
  /** Closes it within a second, even if requests are open. */
  readonly close: () => Promise<void>;
};

export type HealthOptions = {
  /** "host:port" */
  readonly address: string;
  /** Names it answers to besides those of loopback, its addresses and the host of `address`; default none. */
  readonly hosts?: readonly string[];
  readonly app: string;
  readonly version: string;
  readonly checks: readonly Check[];
  readonly metrics: Metrics;
  /** Aborted when the process shuts down: it is then alive, but not ready. */
  readonly stopping: AbortSignal;
  readonly logger: Logger;
  /** Tells of the configuration, to callers on this machine: what it says names files and hosts. */
  readonly configuration?: () => Promise<object>;
  /** Whether it serves profiles, to callers on this machine; default false. */
  readonly profiling?: boolean;
};

const maxConnections = 64;
const closeAfterMs = 1000;

/**
 * Serves /healthz (alive), /readyz (each check; 503 if one is not ok, and while stopping), /metrics, /echo, and with
 * `profiling` /debug/pprof.
 *
 * @throws the error of listen() if the address cannot be had.
 */
export async function startHealthServer(options: HealthOptions): Promise<HealthServer> {
  const { stopping } = options;
  const check = createReadiness(options.checks);
  const ready = async (): Promise<Readiness> => {
    const { ok, checks } = await check();
    return { ok: ok && !stopping.aborted, checks };
  };
  const profiler = options.profiling === true ? await startProfiler() : undefined;
  const routes = healthRoutes(options, ready, profiler);
  const own = ownHosts(options.hosts ?? [], parseAddress(options.address).host);
  const server = createServer(
    // A probe sends little, and at once; anything else is shut out early.
    {
      maxHeaderSize: 16 * 1024,
      headersTimeout: 5000,
      requestTimeout: 10_000,
      keepAliveTimeout: 5000,
      connectionsCheckingInterval: 5000,
    },
    (request, response) => {
      const { host, origin } = request.headers;
      const refusal = refuseOrigin({ host, origin, localAddress: request.socket.localAddress }, own);
      if (refusal !== undefined) {
        response.writeHead(403, { "content-type": "text/plain; charset=utf-8", connection: "close" });
        response.end(`${refusal}\n`);
        return;
      }
      void answer(routes, request, response, options.logger);
    },
  );
  server.maxConnections = maxConnections;
  const address = await listenAt(server, parseAddress(options.address));
  server.on("error", (error) => options.logger.error({ err: error }, "the health server failed"));
  options.logger.info({ address }, "health server listens");
  return {
    address,
    ready,
    close: async () => {
      await closeServer(server, AbortSignal.timeout(closeAfterMs), () => server.closeAllConnections());
      profiler?.close();
    },
  };
}

/** A route that may refuse the method of a request: undefined. */
type MethodRoute = (...request: Parameters<Route>) => ReturnType<Route> | undefined;

type Routes = ReadonlyMap<string, MethodRoute>;

/** Returns the routes by their paths. */
function healthRoutes(
  { app, version, stopping, metrics, configuration }: HealthOptions,
  ready: () => Promise<Readiness>,
  profiler: Profiler | undefined,
): Routes {
  return new Map<string, MethodRoute>([
    ["/healthz", ofGet(() => ({ status: 200, body: { status: "alive", app, version, ...vitals() } }))],
    [
      "/readyz",
      ofGet(async () => {
        const { ok, checks } = await ready();
        return { status: ok ? 200 : 503, body: { ready: ok, ...(stopping.aborted && { stopping: true }), checks } };
      }),
    ],
    ["/metrics", ofGet(metricsRoute(metrics))],
    ["/echo", echo],
    ...(configuration === undefined
      ? []
      : [
          ["/configuration", ofGet(ofThisMachine(async () => ({ status: 200, body: await configuration() })))] as const,
        ]),
    ...(profiler === undefined ? [] : profileRoutes(profiler).map(([path, route]) => [path, ofGet(route)] as const)),
  ]);
}

const vitals = () => ({ pid: process.pid, uptimeSeconds: Math.round(process.uptime()) });

/** Node sends no body to a HEAD. */
function ofGet(route: Route): MethodRoute {
  return (request) => (["GET", "HEAD"].includes(request.message.method ?? "") ? route(request) : undefined);
}

function notFound(routes: Routes): Answer {
  return { status: 404, body: { error: `not found: there are ${[...routes.keys()].join(", ")}` } };
}

/** Answers a request. Never rejects. */
async function answer(
  routes: Routes,
  message: IncomingMessage,
  response: ServerResponse,
  logger: Logger,
): Promise<void> {
  const url = addressOf(message);
  if (url === undefined) {
    send(response, { status: 400, body: { error: "the request names no path" } });
    return;
  }
  try {
    const found = routes.get(url.pathname)?.({ message, url, signal: departureOf(response) });
    send(response, (await found) ?? notFound(routes));
  } catch (error) {
    // A client that goes away in the middle of its request is no error of ours.
    const level = errorCode(error) === "ECONNRESET" ? "debug" : "error";
    logger[level]({ err: error, path: url.pathname }, "a health request failed");
    if (!response.headersSent) send(response, { status: 500, body: { error: "internal error; see the log" } });
  }
}
