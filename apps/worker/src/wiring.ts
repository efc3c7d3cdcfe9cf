import { join } from "node:path";
import { isDeepStrictEqual } from "node:util";
import {
  type AppContext,
  cacheUp,
  type Configuration,
  databaseUp,
  deliveryOf,
  ownHost,
  readSecretFile,
  serveHealth,
  untilThere,
} from "@dwld/daemon";
import { countRunner, createFolderDestination, startDelivery } from "@dwld/delivery";
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
import { dayMs, secondMs } from "@dwld/timing";
import { countAttempts } from "./attempt/count-attempts.ts";
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
import { openWalls } from "./process/walls-report.ts";
import { scheduleCleanup } from "./workdir/schedule-cleanup.ts";
import { ownFolderOf } from "./workdir/workdir.ts";
import { createLoadedYtdlps } from "./ytdlp/fork-server/loaded-ytdlps.ts";
import { createYtdlpRunner } from "./ytdlp/run-ytdlp.ts";
import { openYtdlps } from "./ytdlp-versions/open-ytdlps.ts";
import { looksOf } from "./ytdlp-versions/watch-versions.ts";

/** Number of places for slow runs, unless `worker.parallel` is more. */
const leastSpare = 4;

/** Wires and starts the parts of the worker. The shutdown releases them in the opposite order. */
export async function startWorker(
  app: AppContext,
  { env, pid }: Pick<NodeJS.Process, "env" | "pid">,
  { createYtdlps = createLoadedYtdlps, readPlain = readPlainMedia, looks = looksOf(Math.random()) } = {},
): Promise<void> {
  const { configuration, settings, logger, shutdown, version, metrics } = app;
  const { downloads } = configuration.worker;
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
  const environment = programEnvironment(env);
  const programs = await openPrograms(app, environment, createYtdlps, onError);
  const ytdlps = await openYtdlps(app, { ...programs, database, host: host.name, looks, onError });
  const setTrouble: RegisteredProcess["setTrouble"] = (source, trouble) => {
    registered.setTrouble(source, trouble);
  };
  const wake = () => {
    runner.wake();
  };
  const disk = shutdown.register(
    "disk",
    new DiskAdmission({
      ...{ database, host, logger, now, setTrouble, wake },
      get worker() {
        return settings().worker;
      },
    }),
  );
  const cookies = createCookieStore(database, () => settings().stages, {
    ...{ host: host.name, logger, now },
    onTrouble: (trouble) => {
      setTrouble("cookies", trouble);
    },
  });
  const checks = readinessChecks({ ...programs, ...ytdlps, database, disk, downloads, now });
  const { address } = await serveHealth(app, "worker", checks);

  let limits = siteLimits(settings().sites);
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
  const cleanup = scheduleCleanup(database, janitor, () => settings().history.keepDays * dayMs, onError);
  shutdown.register("janitor", cleanup);
  const observing = { database, registered, logger, onError };
  shutdown.register("hosts", watchHosts({ ...observing, lostAfterHours: () => settings().hosts.lostAfterHours }));
  shutdown.register("disk report", reportDisk(downloads, registered, onError));

  const findStages = createStageFinder({
    ...{ ...programs, ...ytdlps, logger, cookies },
    get configuration() {
      return settings();
    },
  });
  const thumbnails = shutdown.register("thumbnails", new ThumbnailEncoder());
  const handler = createDownloadHandler({
    ...{ ...programs, ...ytdlps, readPlain: reporting(readPlain, onError) },
    ...{ database, cache, disk, cookies, downloads, logger, now },
    get configuration() {
      return settings();
    },
    ownFolder: ownFolderOf(downloads, host),
    get thumbnails() {
      return settings().worker.thumbnails ? { encode: thumbnails.encode, patienceMs: secondMs } : undefined;
    },
    host: host.name,
    count: countAttempts(metrics, settings),
    planner: createPlanner({
      ...{ database, findStages, now, random: Math.random },
      get configuration() {
        return settings();
      },
    }),
    get playlistLimit() {
      return settings().limits.perChat.playlistEntries;
    },
  });
  const runner = startRunner({
    ...{ database, registered, handler, onError },
    kind: "download",
    report: countRunner(metrics, "download"),
    get parallel() {
      return settings().worker.parallel;
    },
    get spare() {
      return Math.max(leastSpare, settings().worker.parallel);
    },
    get defaultSiteParallel() {
      return settings().defaultSite.parallel;
    },
    get yieldMs() {
      return settings().worker.slowAfterSeconds * secondMs;
    },
    mayClaim: () => disk.mayClaim(),
    boundsOf: (task) => downloadBounds(task, settings()),
  });
  shutdown.register("downloads", runner);
  const parts = { database, cache, logger, registered, metrics, onError };
  // With delivery off, files go to the download folder.
  const delivery =
    deliveryOf(settings()).by === "worker"
      ? shutdown.register(
          "deliveries",
          startDelivery(parts, createFolderDestination(downloads, host), () => deliveryOf(settings())),
        )
      : undefined;
  const refreshed = { ...ytdlps, cookies, findStages, sites: () => Object.keys(settings().sites) };
  const refresh = shutdown.register("environment", refreshEnvironment(refreshed, registered, onError));
  app.onReload({
    take: async ({ sites }) => {
      refresh.look();
      const before = limits;
      limits = siteLimits(sites);
      registered.setSiteLimits(limits);
      if (!isDeepStrictEqual(limits, before)) await setSiteLimits(database, limits);
      wake();
      delivery?.wake();
    },
    report: (trouble) => {
      setTrouble("configuration", trouble);
    },
  });
  logger.info({ health: address, parallel: settings().worker.parallel, downloads }, "ready");
}

/** Opens what runs yt-dlp and ffmpeg: their way out, and the yt-dlps that are kept loaded. */
async function openPrograms(
  { configuration: { data, worker }, settings, logger, shutdown }: AppContext,
  environment: Readonly<Record<string, string>>,
  createYtdlps: typeof createLoadedYtdlps,
  onError: (error: unknown) => void,
) {
  const { wayOut, walls, report: wallsReport } = await openWalls({ worker, stages: settings().stages }, environment);
  if (wayOut !== undefined) shutdown.register("egress proxy", wayOut);
  if (wallsReport.stands || wallsReport.remedy === "") logger.info({}, wallsReport.walls.text);
  else logger.warn({}, `${wallsReport.walls.text}. ${wallsReport.remedy}`);
  const answers = openProgramAnswers(join(data, "programs"), onError);
  const { keepLoaded } = worker.ytdlp;
  const ytdlps = shutdown.register("yt-dlp", createYtdlps({ keepLoaded, environment, walls, logger }));
  const runYtdlp = createYtdlpRunner({
    ytdlps,
    environment,
    egressProxy: wayOut?.urls,
    limits: () => settings().worker,
  });
  return { environment, walls, wallsReport, answers, runYtdlp };
}

function siteLimits(sites: Configuration["sites"]): Record<string, SiteLimits> {
  return Object.fromEntries(
    Object.entries(sites).map(([name, { parallel, startIntervalSeconds }]) => [
      name,
      { parallel, startIntervalMs: startIntervalSeconds * secondMs },
    ]),
  );
}
