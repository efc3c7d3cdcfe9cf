import type { AppContext } from "../process-life/run-process.ts";
import { type ConfigurationState, describeState } from "../reload/configuration-state.ts";
import { type HealthServer, startHealthServer } from "./health-server.ts";
import type { Check } from "./readiness.ts";

const keys = { api: "api", worker: "worker", "ftp-sender": "ftpSender" } as const;

/** An app that serves its health. */
export type HealthOf = keyof typeof keys;

/** Serves the health of an app on its configured address, until its shutdown. */
export async function serveHealth(context: AppContext, app: HealthOf, checks: readonly Check[]): Promise<HealthServer> {
  return context.shutdown.register("health", await openHealth(context, app, checks));
}

/**
 * Serves the health of an app on its configured address, until it is closed. A wrong configuration on disk, by which the
 * process does not run, is a detail.
 */
export async function openHealth(
  { configuration, configurationState, configurationReport, logger, shutdown, version, metrics }: AppContext,
  app: HealthOf,
  checks: readonly Check[],
): Promise<HealthServer> {
  return await startHealthServer({
    address: configuration.health[keys[app]],
    hosts: configuration.api.hosts,
    profiling: configuration.health.profiling,
    app,
    version,
    checks: [...checks, { name: "configuration", check: () => ({ ok: true, ...detailOf(configurationState()) }) }],
    metrics,
    configuration: configurationReport,
    stopping: shutdown.stopping,
    logger,
  });
}

function detailOf(state: ConfigurationState): { detail?: string } {
  const detail = describeState(state);
  return detail === "" ? {} : { detail };
}
