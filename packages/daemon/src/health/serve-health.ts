import type { AppContext } from "../process-life/run-process.ts";
import { type HealthServer, startHealthServer } from "./health-server.ts";
import type { Check } from "./readiness.ts";

const keys = { api: "api", worker: "worker", "ftp-sender": "ftpSender" } as const;

/** Serves the health of an app on its configured address, until its shutdown. */
export async function serveHealth(
  { configuration, logger, shutdown, version }: AppContext,
  app: keyof typeof keys,
  checks: readonly Check[],
): Promise<HealthServer> {
  const server = await startHealthServer({
    address: configuration.health[keys[app]],
    hosts: configuration.api.hosts,
    profiling: configuration.health.profiling,
    app,
    version,
    checks,
    stopping: shutdown.stopping,
    logger,
  });
  return shutdown.register("health", server);
}
