import { hostname } from "node:os";
import { type AppContext, type Configuration, serveHealth } from "@dwld/daemon";
import { openProgressCache } from "@dwld/progress";
import {
  downloadBounds,
  enterProcess,
  evictedMessage,
  logFacts,
  openDatabase,
  setSiteLimits,
  type SiteLimits,
  startRunner,
  type TaskRow,
  whileWorking,
} from "@dwld/queue";
import { createCookieStore } from "./cookies/cookie-store.ts";
import { createDownloadHandler } from "./attempt/download-task.ts";
import { startEgressProxy } from "./egress/egress-proxy.ts";
import { createJanitor } from "./workdir/janitor.ts";
import { keepTidy } from "./workdir/schedule-cleanup.ts";
import { readinessChecks } from "./readiness.ts";
import { createStageFinder } from "./stages/find-stages.ts";
import { watchSurroundings } from "./refresh-environment.ts";
import { SpaceKeeper } from "./disk/disk-admission.ts";
import type { WorkerContext } from "./worker-context.ts";
import { createLoadedYtdlps } from "./ytdlp/fork-server/loaded-ytdlps.ts";
import { programEnvironment } from "./process/program-environment.ts";
import { createYtdlpCommands } from "./ytdlp/ytdlp-commands.ts";

/** Wires the parts; each is released in the opposite order when the process shuts down. */
export async function startWorker(
  app: AppContext,
  { env, pid }: Pick<NodeJS.Process, "env" | "pid">,
  createYtdlps = createLoadedYtdlps,
): Promise<void> {
  const { configuration, logger, shutdown, version } = app;
  const database = await openDatabase(configuration.database.path, whileWorking({ logger, shutdown }));
  shutdown.defer("database", () => database.close());
  const cache = openProgressCache(configuration.cache.servers);
  shutdown.defer("cache", () => {
    cache.close();
  });
  const onError = (error: unknown, task?: TaskRow) => {
    logger.error({ ...(task === undefined ? {} : logFacts(task)), err: error }, "worker");
  };
  const egress = configuration.worker.allowPrivateHosts ? undefined : await startEgressProxy();
  if (egress !== undefined) shutdown.defer("egress proxy", () => egress.close());
  const environment = programEnvironment(env);
  const ytdlps = createYtdlpCommands(configuration.worker.ytdlp.commands, {
    environment,
    now: Date.now,
    onUnusable: (name, error) => logger.warn({ ytdlp: name }, error.message),
    onError,
  });
  const capabilities = (name?: string) => ytdlps.choose(name);
  const { keepLoaded } = configuration.worker.ytdlp;
  const loaded = createYtdlps({ keepLoaded, environment, logger });
  shutdown.defer("yt-dlp", () => loaded.close());
  const cookies = createCookieStore(database, configuration.stages, {
    logger,
    now: Date.now,
    onTrouble: (trouble) => {
      presence.setTrouble("cookies", trouble);
    },
  });
  const space = new SpaceKeeper({
    database,
    worker: configuration.worker,
    logger,
    now: Date.now,
    setTrouble: (source, trouble) => {
      presence.setTrouble(source, trouble);
    },
    wake: () => {
      runner.wake();
    },
  });
  shutdown.defer("space", () => {
    space.close();
  });
  const context: WorkerContext = {
    configuration,
    database,
    cache,
    logger,
    capabilities,
    ytdlps: loaded,
    cookies,
    space,
    stages: createStageFinder({ configuration, logger, capabilities, cookies, environment }),
    environment,
    egressProxy: egress,
    host: hostname(),
    now: Date.now,
    random: Math.random,
  };
  const { address } = await serveHealth(app, "worker", readinessChecks(context));

  await setSiteLimits(database, siteLimits(configuration.sites));
  const onEvicted = () => {
    logger.warn({}, evictedMessage);
    runner.wake();
  };
  const presence = await enterProcess(database, { app: "worker", version, pid }, { onError, onEvicted });
  shutdown.defer("presence", () => presence.leave());
  const janitor = createJanitor(database, configuration.worker.downloads);
  shutdown.defer("janitor", keepTidy(database, janitor, configuration.history.keepDays * dayMs, onError));
  const { parallel } = configuration.worker;
  const runner = startRunner({
    database,
    presence,
    kind: "download",
    parallel,
    spare: Math.max(leastSpare, parallel),
    defaultSiteParallel: configuration.defaultSite.parallel,
    handler: createDownloadHandler(context),
    yieldMs: configuration.worker.slowAfterSeconds * secondMs,
    mayClaim: () => space.mayClaim(),
    boundsOf: (task) => downloadBounds(task, configuration),
    onError,
  });
  shutdown.defer("downloads", () => runner.stop(shutdown.killing));
  shutdown.defer("surroundings", watchSurroundings(context, presence, onError));
  logger.info({ health: address, parallel, downloads: configuration.worker.downloads }, "ready");
}

/** Slow runs need little: as many again may run, and with few places so many. */
const leastSpare = 4;
const secondMs = 1000;
const dayMs = 24 * 60 * 60 * secondMs;

function siteLimits(sites: Configuration["sites"]): Record<string, SiteLimits> {
  return Object.fromEntries(
    Object.entries(sites).map(([name, { parallel, startIntervalSeconds }]) => [
      name,
      { parallel, startIntervalMs: startIntervalSeconds * secondMs },
    ]),
  );
}
