import { hostname } from "node:os";
import { type AppContext, type Configuration, serveHealth } from "@dwld/daemon";
import { createFolderDestination, folderRules, startDelivery } from "@dwld/delivery";
import { openProgressCache } from "@dwld/progress";
import {
  downloadBounds,
  registerProcess,
  evictedMessage,
  logFacts,
  openDatabase,
  setSiteLimits,
  type SiteLimits,
  startRunner,
  type TaskRow,
  whileWorking,
} from "@dwld/queue";
import type { AttemptParts } from "./attempt/attempt.ts";
import { createDownloadHandler } from "./attempt/download-handler.ts";
import { createCookieStore } from "./cookies/cookie-store.ts";
import { DiskAdmission } from "./disk/disk-admission.ts";
import { startEgressProxy } from "./egress/egress-proxy.ts";
import { programEnvironment } from "./process/program-environment.ts";
import { readinessChecks } from "./readiness.ts";
import { refreshEnvironment } from "./refresh-environment.ts";
import { createStageFinder } from "./stages/find-stages.ts";
import { createPlanner } from "./stages/planner.ts";
import { createJanitor } from "./workdir/janitor.ts";
import { scheduleCleanup } from "./workdir/schedule-cleanup.ts";
import { createLoadedYtdlps } from "./ytdlp/fork-server/loaded-ytdlps.ts";
import { createYtdlpRunner } from "./ytdlp/run-ytdlp.ts";
import { createYtdlpCommands } from "./ytdlp/ytdlp-commands.ts";

/** Number of places for slow runs, unless `worker.parallel` is more. */
const leastSpare = 4;
const secondMs = 1000;
const dayMs = 24 * 60 * 60 * secondMs;

/** Wires and starts the parts of the worker. The shutdown releases them in the opposite order. */
export async function startWorker(
  app: AppContext,
  { env, pid }: Pick<NodeJS.Process, "env" | "pid">,
  createYtdlps = createLoadedYtdlps,
): Promise<void> {
  const { configuration, logger, shutdown, version } = app;
  const { worker, stages } = configuration;
  const { downloads, parallel } = worker;
  const now = Date.now;
  const onError = (error: unknown, task?: TaskRow) => {
    logger.error({ ...(task === undefined ? {} : logFacts(task)), err: error }, "worker");
  };
  const database = shutdown.register(
    "database",
    await openDatabase(configuration.database.path, whileWorking({ logger, shutdown })),
  );
  const cache = shutdown.register("cache", openProgressCache(configuration.cache.servers));

  const egressProxy = worker.allowPrivateHosts
    ? undefined
    : shutdown.register("egress proxy", await startEgressProxy());
  const environment = programEnvironment(env);
  const { choose: capabilities } = createYtdlpCommands(worker.ytdlp.commands, {
    environment,
    now,
    onUnusable: (name, error) => logger.warn({ ytdlp: name }, error.message),
    onError,
  });
  const ytdlps = shutdown.register(
    "yt-dlp",
    createYtdlps({ keepLoaded: worker.ytdlp.keepLoaded, environment, logger }),
  );

  const cookies = createCookieStore(database, stages, {
    logger,
    now,
    onTrouble: (trouble) => {
      registered.setTrouble("cookies", trouble);
    },
  });
  const findStages = createStageFinder({ configuration, logger, capabilities, cookies, environment });
  const disk = new DiskAdmission({
    database,
    worker,
    logger,
    now,
    setTrouble: (source, trouble) => {
      registered.setTrouble(source, trouble);
    },
    wake: () => {
      runner.wake();
    },
  });
  shutdown.register("disk", disk);

  const checks = readinessChecks({ capabilities, database, disk, downloads, environment, now });
  const { address } = await serveHealth(app, "worker", checks);

  await setSiteLimits(database, siteLimits(configuration.sites));
  const onEvicted = () => {
    logger.warn({}, evictedMessage);
    runner.wake();
  };
  const registered = await registerProcess(database, { app: "worker", version, pid }, { onError, onEvicted });
  shutdown.register("process registry", registered);
  const janitor = await createJanitor(database, downloads);
  shutdown.register("janitor", scheduleCleanup(database, janitor, configuration.history.keepDays * dayMs, onError));

  const parts: AttemptParts = {
    ...{ database, cache, disk, cookies, capabilities, configuration, downloads, environment, logger, now },
    host: hostname(),
    planner: createPlanner({ configuration, database, findStages, now, random: Math.random }),
    playlistLimit: worker.playlistLimit,
    runYtdlp: createYtdlpRunner({ ytdlps, environment, egressProxy, limits: worker }),
  };
  const runner = startRunner({
    database,
    registered,
    kind: "download",
    parallel,
    spare: Math.max(leastSpare, parallel),
    defaultSiteParallel: configuration.defaultSite.parallel,
    handler: createDownloadHandler(parts),
    yieldMs: worker.slowAfterSeconds * secondMs,
    mayClaim: () => disk.mayClaim(),
    boundsOf: (task) => downloadBounds(task, configuration),
    onError,
  });
  shutdown.register("downloads", runner);
  // With delivery off, a worker alone is enough.
  if (configuration.ftp === undefined) {
    const delivery = startDelivery(
      { database, cache, logger, registered, onError },
      {
        destination: createFolderDestination(downloads),
        rules: folderRules,
        parallel,
        giveUpAfterMs: worker.maxTotalHours * 60 * 60 * secondMs,
      },
    );
    shutdown.register("deliveries", delivery);
  }
  const refreshed = { capabilities, cookies, findStages, sites: Object.keys(configuration.sites) };
  shutdown.register("environment", refreshEnvironment(refreshed, registered, onError));
  logger.info({ health: address, parallel, downloads }, "ready");
}

function siteLimits(sites: Configuration["sites"]): Record<string, SiteLimits> {
  return Object.fromEntries(
    Object.entries(sites).map(([name, { parallel, startIntervalSeconds }]) => [
      name,
      { parallel, startIntervalMs: startIntervalSeconds * secondMs },
    ]),
  );
}
