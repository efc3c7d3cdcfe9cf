import { join } from "node:path";
import {
  type AppContext,
  cacheUp,
  type Configuration,
  databaseUp,
  ownHost,
  readSecretFile,
  serveHealth,
  untilThere,
} from "@dwld/daemon";
import { createFolderDestination, type DeliveryParts, folderRules, startDelivery } from "@dwld/delivery";
import { openProgressCache } from "@dwld/progress";
import {
  downloadBounds,
  evictedMessage,
  isTableAway,
  logFacts,
  openDatabase,
  type RegisteredProcess,
  registerProcess,
  setSiteLimits,
  type SiteLimits,
  startRunner,
  type TaskRow,
  watchHosts,
  whileWorking,
} from "@dwld/queue";
import { createDownloadHandler } from "./attempt/download-handler.ts";
import { createCookieStore } from "./cookies/cookie-store.ts";
import { DiskAdmission } from "./disk/disk-admission.ts";
import { reportDisk } from "./disk/report-disk.ts";
import { ThumbnailEncoder } from "./media/encode-thumbnail.ts";
import { readPlainMedia, reporting } from "./media/plain/read-plain-media.ts";
import { openProgramAnswers } from "./process/program-answers.ts";
import { programEnvironment } from "./process/program-environment.ts";
import { readinessChecks } from "./readiness.ts";
import { refreshEnvironment } from "./refresh-environment.ts";
import { createStageFinder } from "./stages/find-stages.ts";
import { createPlanner } from "./stages/planner.ts";
import { createJanitor } from "./workdir/janitor.ts";
import { openWalls } from "./walls-report.ts";
import { scheduleCleanup } from "./workdir/schedule-cleanup.ts";
import { ownFolderOf } from "./workdir/workdir.ts";
import { createLoadedYtdlps } from "./ytdlp/fork-server/loaded-ytdlps.ts";
import { rememberCapabilities } from "./ytdlp/remembered-capabilities.ts";
import { createYtdlpRunner } from "./ytdlp/run-ytdlp.ts";
import { createYtdlpCommands } from "./ytdlp/ytdlp-commands.ts";

/** Number of places for slow runs, unless `worker.parallel` is more. */
const leastSpare = 4;
const secondMs = 1000;
const hourMs = 60 * 60 * secondMs;
const dayMs = 24 * hourMs;

/** Wires and starts the parts of the worker. The shutdown releases them in the opposite order. */
export async function startWorker(
  app: AppContext,
  { env, pid }: Pick<NodeJS.Process, "env" | "pid">,
  { createYtdlps = createLoadedYtdlps, readPlain = readPlainMedia } = {},
): Promise<void> {
  const { configuration, logger, shutdown, version, metrics } = app;
  const { worker } = configuration;
  const { downloads, parallel } = worker;
  const now = Date.now;
  const onError = (error: unknown, task?: TaskRow) => {
    logger.error({ ...(task === undefined ? {} : logFacts(task)), err: error }, "worker");
  };
  const tellUp = databaseUp(metrics);
  const opened = await untilThere(app, { app: "worker", name: "database", isAbsence: isTableAway }, () =>
    openDatabase(configuration.database, { ...whileWorking({ logger, shutdown }), readSecret: readSecretFile }),
  );
  const database = shutdown.register("database", opened);
  tellUp(database);
  const host = ownHost(configuration);
  const cache = shutdown.register("cache", openProgressCache(configuration.cache.servers));
  cacheUp(metrics, cache, configuration.cache.servers);
  const programs = await openPrograms(app, programEnvironment(env), createYtdlps, onError);
  const setTrouble: RegisteredProcess["setTrouble"] = (source, trouble) => {
    registered.setTrouble(source, trouble);
  };
  const wake = () => {
    runner.wake();
  };
  const disk = shutdown.register("disk", new DiskAdmission({ database, host, worker, logger, now, setTrouble, wake }));
  const cookies = createCookieStore(database, configuration.stages, {
    ...{ host: host.name, logger, now },
    onTrouble: (trouble) => {
      setTrouble("cookies", trouble);
    },
  });
  const checks = readinessChecks({ ...programs, database, disk, downloads, now });
  const { address } = await serveHealth(app, "worker", checks);

  const limits = siteLimits(configuration.sites);
  await setSiteLimits(database, limits);
  const onEvicted = () => {
    logger.warn({}, evictedMessage);
    cleanup.sweep();
    wake();
  };
  const { walls } = programs.wallsReport;
  const self = { app: "worker", host, version, pid, walls, siteLimits: limits } as const;
  const registered = await registerProcess(database, self, { onError, onEvicted });
  shutdown.register("process registry", registered);
  const janitor = await createJanitor(database, downloads, host);
  const cleanup = scheduleCleanup(database, janitor, configuration.history.keepDays * dayMs, onError);
  shutdown.register("janitor", cleanup);
  shutdown.register("hosts", watchHosts({ ...configuration.hosts, database, registered, logger, onError }));
  shutdown.register("disk report", reportDisk(downloads, registered, onError));

  const findStages = createStageFinder({ ...programs, configuration, logger, cookies });
  const thumbnails = shutdown.register("thumbnails", new ThumbnailEncoder());
  const handler = createDownloadHandler({
    ...{ ...programs, readPlain: reporting(readPlain, onError) },
    ...{ database, cache, disk, cookies, configuration, downloads, logger, now },
    ownFolder: ownFolderOf(downloads, host),
    thumbnails: worker.thumbnails ? { encode: thumbnails.encode, patienceMs: secondMs } : undefined,
    host: host.name,
    planner: createPlanner({ configuration, database, findStages, now, random: Math.random }),
    playlistLimit: configuration.limits.perChat.playlistEntries,
  });
  const runner = startRunner({
    ...{ database, registered, handler, parallel, onError },
    kind: "download",
    spare: Math.max(leastSpare, parallel),
    defaultSiteParallel: configuration.defaultSite.parallel,
    yieldMs: worker.slowAfterSeconds * secondMs,
    mayClaim: () => disk.mayClaim(),
    boundsOf: (task) => downloadBounds(task, configuration),
  });
  shutdown.register("downloads", runner);
  if (configuration.ftp === undefined) startFolderDelivery(app, { database, cache, logger, registered, onError });
  const refreshed = { ...programs, cookies, findStages, sites: Object.keys(configuration.sites) };
  shutdown.register("environment", refreshEnvironment(refreshed, registered, onError));
  logger.info({ health: address, parallel, downloads }, "ready");
}

/** Opens what runs yt-dlp and ffmpeg: their way out, the configured yt-dlps, and those that are kept loaded. */
async function openPrograms(
  { configuration: { data, worker, stages }, logger, shutdown }: AppContext,
  environment: Readonly<Record<string, string>>,
  createYtdlps: typeof createLoadedYtdlps,
  onError: (error: unknown) => void,
) {
  const { wayOut, walls, report: wallsReport } = await openWalls({ worker, stages }, environment);
  if (wayOut !== undefined) shutdown.register("egress proxy", wayOut);
  if (wallsReport.stands || wallsReport.remedy === "") logger.info({}, wallsReport.walls.text);
  else logger.warn({}, `${wallsReport.walls.text}. ${wallsReport.remedy}`);
  const answers = openProgramAnswers(join(data, "programs"), onError);
  const { choose: capabilities } = createYtdlpCommands(worker.ytdlp.commands, {
    environment,
    now: Date.now,
    onUnusable: (name, error) => logger.warn({ ytdlp: name }, error.message),
    onError,
    remembered: rememberCapabilities(answers, environment),
  });
  const { keepLoaded } = worker.ytdlp;
  const ytdlps = shutdown.register("yt-dlp", createYtdlps({ keepLoaded, environment, walls, logger }));
  const runYtdlp = createYtdlpRunner({ ytdlps, environment, egressProxy: wayOut?.urls, limits: worker });
  return { environment, walls, wallsReport, answers, capabilities, runYtdlp };
}

/** With delivery off, the worker delivers to the download folder, so that a worker alone is enough. */
function startFolderDelivery({ configuration: { worker }, shutdown }: AppContext, parts: DeliveryParts): void {
  const delivery = startDelivery(parts, {
    destination: createFolderDestination(worker.downloads, parts.registered.host),
    rules: folderRules,
    parallel: worker.parallel,
    giveUpAfterMs: worker.maxTotalHours * hourMs,
  });
  shutdown.register("deliveries", delivery);
}

function siteLimits(sites: Configuration["sites"]): Record<string, SiteLimits> {
  return Object.fromEntries(
    Object.entries(sites).map(([name, { parallel, startIntervalSeconds }]) => [
      name,
      { parallel, startIntervalMs: startIntervalSeconds * secondMs },
    ]),
  );
}
