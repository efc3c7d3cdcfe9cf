import { hostname } from "node:os";
import { type AppContext, type Configuration, startHealthServer } from "@dwld/daemon";
import { openProgressCache } from "@dwld/progress";
import { enterProcess, openDatabase, setSiteLimits, type SiteLimits, startRunner } from "@dwld/queue";
import { downloadTask } from "./download-task.ts";
import { startEgressProxy } from "./egress/egress-proxy.ts";
import { createJanitor } from "./folder/janitor.ts";
import { keepTidy } from "./folder/keep-tidy.ts";
import { readinessChecks } from "./readiness.ts";
import { siteStages } from "./stage/site-stages.ts";
import type { WorkerContext } from "./worker-context.ts";
import { rememberCapabilities } from "./ytdlp/capabilities.ts";
import { programEnvironment } from "./ytdlp/program-environment.ts";

/** Wires the parts; each is released in the opposite order when the process shuts down. */
export async function startWorker(
  { configuration, logger, shutdown, version }: AppContext,
  { env, pid }: Pick<NodeJS.Process, "env" | "pid">,
): Promise<void> {
  const database = await openDatabase(configuration.database.path);
  shutdown.defer("database", () => database.close());
  const cache = openProgressCache(configuration.cache.servers);
  shutdown.defer("cache", () => {
    cache.close();
  });
  const onError = (error: unknown) => {
    logger.error({ err: error }, "worker");
  };
  const egress = configuration.worker.allowPrivateHosts ? undefined : await startEgressProxy();
  if (egress !== undefined) shutdown.defer("egress proxy", () => egress.close());
  const capabilities = rememberCapabilities(configuration.worker.ytdlp.command);
  const context: WorkerContext = {
    configuration,
    database,
    cache,
    logger,
    capabilities,
    stages: (site) => Promise.resolve(siteStages(configuration, site, new Set())),
    environment: programEnvironment(env),
    egressProxy: egress?.url,
    host: hostname(),
    now: Date.now,
    random: Math.random,
  };
  const { address, close } = await startHealthServer({
    address: configuration.health.worker,
    app: "worker",
    version,
    checks: readinessChecks(context),
    stopping: shutdown.stopping,
    logger,
  });
  shutdown.defer("health", close);

  await setSiteLimits(database, siteLimits(configuration.sites));
  const presence = await enterProcess(
    database,
    { app: "worker", version, pid },
    { onError, onEvicted: () => runner.wake() },
  );
  shutdown.defer("presence", () => presence.leave());
  const janitor = createJanitor(database, configuration.worker.downloads);
  shutdown.defer("janitor", keepTidy(database, janitor, onError));
  const { parallel } = configuration.worker;
  const runner = startRunner({
    database,
    presence,
    kind: "download",
    parallel,
    defaultSiteParallel: Math.max(1, parallel - 1),
    handle: (work) => downloadTask(context, work),
    onError,
  });
  shutdown.defer("downloads", () => runner.stop(shutdown.killing));
  void capabilities().then(({ version: ytdlp }) => {
    presence.setYtdlpVersion(ytdlp);
  }, onError);
  logger.info({ health: address, parallel, downloads: configuration.worker.downloads }, "ready");
}

const secondMs = 1000;

function siteLimits(sites: Configuration["sites"]): Record<string, SiteLimits> {
  return Object.fromEntries(
    Object.entries(sites).map(([name, { parallel, startIntervalSeconds }]) => [
      name,
      { parallel, startIntervalMs: startIntervalSeconds * secondMs },
    ]),
  );
}
