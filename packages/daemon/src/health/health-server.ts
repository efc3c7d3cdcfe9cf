import { createServer } from "node:http";
import { errorCode } from "@dwld/text";
import { getRequestListener, type HttpBindings } from "@hono/node-server";
import { Hono } from "hono/tiny";
import { closeServer, listenAt } from "../network/listen.ts";
import { type Address, parseAddress } from "../network/listen-address.ts";
import type { Logger } from "../logger/create-logger.ts";
import { ownHosts, refuseOrigin } from "../network/request-origin.ts";
import { profileRoutes } from "../profiling/profile-routes.ts";
import { type Profiler, startProfiler } from "../profiling/profiler.ts";
import { echo } from "./echo.ts";
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
  /** Aborted when the process shuts down: it is then alive, but not ready. */
  readonly stopping: AbortSignal;
  readonly logger: Logger;
  /** Whether it serves profiles, to callers on this machine; default false. */
  readonly profiling?: boolean;
};

const maxConnections = 64;
const closeAfterMs = 1000;

/**
 * Serves /healthz (alive), /readyz (each check; 503 if one is not ok, and while stopping), /echo, and with `profiling`
 * /debug/pprof.
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
  const answer = getRequestListener(routes.fetch, { overrideGlobalObjects: false });
  const own = ownHosts(options.hosts ?? [], parseAddress(options.address).host);
  const server = createServer(
    // A probe sends little, and at once; anything else is shut out early.
    {
      maxHeaderSize: 16 * 1024,
      headersTimeout: 5000,
      requestTimeout: 10_000,
      keepAliveTimeout: 5000,
      connectionsCheckingInterval: 1000,
    },
    (request, response) => {
      const { host, origin } = request.headers;
      const refusal = refuseOrigin({ host, origin, localAddress: request.socket.localAddress }, own);
      if (refusal !== undefined) {
        response.writeHead(403, { "content-type": "text/plain; charset=utf-8", connection: "close" });
        response.end(`${refusal}\n`);
        return;
      }
      answer(request, response).catch((error: unknown) =>
        options.logger.error({ err: error }, "a health request failed"),
      );
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

function healthRoutes(
  { app, version, stopping, logger }: HealthOptions,
  ready: () => Promise<Readiness>,
  profiler: Profiler | undefined,
) {
  const routes = new Hono<{ Bindings: HttpBindings }>();
  routes.get("/healthz", (context) =>
    context.json({ status: "alive", app, version, pid: process.pid, uptimeSeconds: Math.round(process.uptime()) }),
  );
  routes.get("/readyz", async (context) => {
    const { ok, checks } = await ready();
    return context.json({ ready: ok, ...(stopping.aborted ? { stopping: true } : {}), checks }, ok ? 200 : 503);
  });
  routes.all("/echo", echo);
  if (profiler !== undefined) routes.route("/debug/pprof", profileRoutes(profiler));
  routes.notFound((context) => context.json({ error: "not found: there are /healthz, /readyz and /echo" }, 404));
  routes.onError((error, context) => {
    // A client that goes away in the middle of its request is no error of ours.
    const level = errorCode(error) === "ECONNRESET" ? "debug" : "error";
    logger[level]({ err: error, path: context.req.path }, "a health request failed");
    return context.json({ error: "internal error; see the log" }, 500);
  });
  return routes;
}
