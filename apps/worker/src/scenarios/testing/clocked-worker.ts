import assert from "node:assert/strict";
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, type TestContext } from "node:test";
import { createLogger, folderRules, parseConfiguration } from "@dwld/daemon";
import { createFolderDestination } from "@dwld/delivery";
import { makeTestDeliverer } from "@dwld/delivery/testing";
import { makeProgramAnswersFolder } from "@dwld/testbed";
import { openProgressCache } from "@dwld/progress";
import { parseOptions, type TaskOptions } from "@dwld/options";
import {
  addTask,
  attemptsOf,
  type Database,
  downloadBounds,
  filesOf,
  findTask,
  type Lease,
  listTasks,
  openDatabase,
  siteOf,
} from "@dwld/queue";
import { carryOut, claimTask, nextDueTime, placeTable, testHost } from "@dwld/queue/testing";
import { minuteMs } from "@dwld/timing";
import { ThumbnailEncoder } from "../../media/encode-thumbnail.ts";
import { noWalls, type Walls } from "../../process/walls.ts";
import { createCookieStore } from "../../cookies/cookie-store.ts";
import type { AttemptParts } from "../../attempt/attempt.ts";
import { createDownloadHandler } from "../../attempt/download-handler.ts";
import type { EgressUrls } from "../../egress/egress-proxy.ts";
import { DiskAdmission } from "../../disk/disk-admission.ts";
import { createStageFinder } from "../../stages/find-stages.ts";
import { createPlanner } from "../../stages/planner.ts";
import { createJanitor } from "../../workdir/janitor.ts";
import type { YtdlpsForAttempt } from "../../ytdlp-versions/tried-ytdlps.ts";
import { ownFolderOf } from "../../workdir/workdir.ts";
import type { LoadedYtdlps } from "../../ytdlp/fork-server/loaded-ytdlps.ts";
import { openProgramAnswers } from "../../process/program-answers.ts";
import { rememberCapabilities } from "../../ytdlp/remembered-capabilities.ts";
import { createYtdlpRunner } from "../../ytdlp/run-ytdlp.ts";
import { type ChooseYtdlp, createYtdlpCommands, type YtdlpCommands } from "../../ytdlp/ytdlp-commands.ts";
import { createScenarioYtdlps } from "./recorded-ytdlps.ts";
import { scenarioReadPlain } from "./scenario-media.ts";

const onlyConfigured =
  (configured: ChooseYtdlp): YtdlpsForAttempt =>
  async (name) => [{ ytdlp: await configured(name) }];

const options = parseOptions({ options: "{}" });

/** The result of playing a task. */
export type History = Awaited<ReturnType<ClockedWorker["play"]>>;

/** The surroundings of the runs; default none, but the loaded yt-dlps that the tests of a file share. */
export type Surroundings = {
  egressProxy?: EgressUrls | undefined;
  ytdlps?: LoadedYtdlps | undefined;
  walls?: Walls;
  /** Returns the yt-dlps for attempts; default: the one that is configured. */
  versions?: (configured: ChooseYtdlp, database: Database) => YtdlpsForAttempt;
};

type Sections = { worker?: object; stages?: object; sites?: object };

export type ClockedWorker = Awaited<ReturnType<typeof startClockedWorker>>;

const environment = { PATH: process.env["PATH"] ?? "" };
const logger = createLogger({ level: "error", app: "worker" });
/** For `createRecordedYtdlps`. */
export const ytdlpOptions = { keepLoaded: true, environment, walls: noWalls, logger };
/** Loaded once for all files of a process: a run that begins alone takes ten times the CPU (see `loaded-and-alone.test.ts`). */
const loaded = createScenarioYtdlps({ ...ytdlpOptions, loadsAtOnce: true, patienceMs: minuteMs });
const thumbnails = new ThumbnailEncoder();
after(async () => {
  await loaded.close();
  await thumbnails.close();
});

const fail = (error: unknown) => assert.fail(String(error));
const remembered = rememberCapabilities(openProgramAnswers(makeProgramAnswersFolder(), fail), environment);

const ytdlpsByCommand = new Map<string, YtdlpCommands>();

/** Shares the answers of a yt-dlp about itself among the tests of a file, by the true time: asking takes half a second. */
function ytdlpCommands(commands: Parameters<typeof createYtdlpCommands>[0]) {
  const key = JSON.stringify(commands);
  const made =
    ytdlpsByCommand.get(key) ??
    createYtdlpCommands(commands, {
      environment,
      now: Date.now,
      onUnusable: (_name, error) => assert.fail(error.message),
      onError: fail,
      remembered,
    });
  ytdlpsByCommand.set(key, made);
  return made;
}

/** Downloads a claimed task to the end of its lease, as the runner does. Throws a defect of the handler. */
export async function carryOutDownload(
  worker: AttemptParts,
  lease: Lease,
  signal = new AbortController().signal,
): Promise<void> {
  const { database, configuration, now } = worker;
  const never = new AbortController().signal;
  const onError = (error: unknown) => {
    throw error;
  };
  const boundsOf = (task: Lease["task"]) => downloadBounds(task, configuration);
  await carryOut(
    { database, kind: "download", handler: createDownloadHandler(worker), boundsOf, onError, now },
    { lease, signal, finish: never, markPace: () => undefined },
  );
}

/**
 * The worker with everything real but its clock, which is handed in, and chance: pauses of minutes cost no time. It
 * takes one task at a time, on request.
 *
 * @param makeSettings makes sections of the configuration for the folder that holds everything.
 */
export async function startClockedWorker(
  context: Pick<TestContext, "after">,
  makeSettings: (folder: string) => Sections | Promise<Sections>,
  { egressProxy, ytdlps = loaded, walls = noWalls, versions = onlyConfigured }: Surroundings = {},
) {
  const folder = await mkdtemp(join(tmpdir(), "dwld-history-"));
  const { worker: section, ...sections } = await makeSettings(folder);
  const settings = { data: folder, worker: { allowPrivateHosts: true, minFreeBytes: 0, ...section }, ...sections };
  const configuration = parseConfiguration(JSON.stringify(settings), { file: join(folder, "dwld.yaml") });
  await placeTable(join(folder, "dwld.sqlite"));
  const database = await openDatabase(configuration.database);
  const cache = openProgressCache([]);
  // Sites name moments of the true time.
  const startMs = Date.now();
  const clock = { nowMs: startMs };
  const now = () => clock.nowMs;
  const { choose: capabilities } = ytdlpCommands(configuration.worker.ytdlp.commands);
  const { downloads } = configuration.worker;
  const deliverer = makeTestDeliverer({ database }, createFolderDestination(downloads, testHost), folderRules);
  const janitor = await createJanitor(database, downloads, testHost);
  context.after(async () => {
    await deliverer[Symbol.asyncDispose]();
    cache.close();
    await database.close();
    await rm(folder, { recursive: true });
  });
  const cookies = createCookieStore(database, () => configuration.stages, {
    host: testHost.name,
    logger,
    now,
    onTrouble: () => undefined,
  });
  const readPlain = scenarioReadPlain;
  const parts = {
    configuration,
    database,
    cache,
    logger,
    capabilities,
    cookies,
    environment,
    walls,
    readPlain,
    count: () => undefined,
    now,
  };
  const worker = {
    ...parts,
    disk: new DiskAdmission({
      ...parts,
      host: testHost,
      worker: configuration.worker,
      setTrouble: () => undefined,
      wake: () => undefined,
    }),
    downloads,
    ytdlpsFor: versions(capabilities, database),
    ownFolder: ownFolderOf(downloads, testHost),
    host: testHost.name,
    planner: createPlanner({ ...parts, findStages: createStageFinder(parts), random: () => 1 }),
    playlistLimit: configuration.limits.perChat.playlistEntries,
    thumbnails: configuration.worker.thumbnails ? { encode: thumbnails.encode, patienceMs: minuteMs } : undefined,
    runYtdlp: createYtdlpRunner({ ytdlps, environment, egressProxy, limits: () => configuration.worker }),
  };

  async function add(link: string, wishes: Partial<TaskOptions> = {}, userName = ""): Promise<string> {
    const site = siteOf(link, configuration.sites);
    const asked = { ...options, ...wishes };
    const request = { link, site, chatId: "", userName, folder: "", targetQuality: 0, options: asked };
    return (await addTask(database, request, clock.nowMs)).task.id;
  }

  const claimant = { processId: "w", host: testHost, defaultSiteParallel: 1 } as const;

  /** Delivers all that is due, to the folder for downloads. Returns the last task. */
  async function deliver(): Promise<string | undefined> {
    for (let last: string | undefined; ;) {
      const lease = await claimTask(database, "delivery", claimant, clock.nowMs);
      if (lease === undefined) return last;
      await deliverer.deliver(lease, { changes: { now, host: worker.host } });
      last = lease.task.id;
    }
  }

  /**
   * Moves the clock to the moment at which something is due, does it and delivers it. Returns the task;
   * undefined if nothing is left.
   */
  async function turn(): Promise<string | undefined> {
    for (;;) {
      const lease = await claimTask(database, "download", claimant, clock.nowMs);
      if (lease !== undefined) await carryOutDownload(worker, lease);
      const delivered = await deliver();
      await janitor.tidy();
      const id = lease?.task.id ?? delivered;
      if (id !== undefined) return id;
      const next = await nextDueTime(database, clock.nowMs);
      if (next === undefined) return undefined;
      clock.nowMs = next;
    }
  }

  /**
   * Plays until nothing is due. Returns when each attempt began, in minutes, and by which stage. `steps` is short:
   * "plain forbidden_media", "other done".
   */
  async function play(id: string) {
    while ((await turn()) !== undefined);
    const task = await findTask(database, id, "all");
    assert.ok(task);
    const attempts = (await attemptsOf(database, task.seq)).map(({ stage, started_at, outcome, failure_class }) => ({
      stage,
      atMinute: Math.round((started_at - startMs) / minuteMs),
      failureClass: failure_class,
      ended: outcome === "succeeded" ? "done" : (failure_class ?? outcome),
    }));
    const files = (await filesOf(database, [task.seq])).map(({ local_path }) => local_path ?? "");
    return {
      task,
      attempts,
      stages: attempts.map(({ stage }) => stage),
      steps: attempts.map(({ stage, ended }) => `${stage} ${ended}`),
      files,
    };
  }

  /** Returns the files in the download folder, or below it, that belong to no task. */
  async function leftovers(): Promise<string[]> {
    const tasks = await listTasks(database, { scope: "all", states: [] }, { limit: 100 });
    const files = await filesOf(
      database,
      tasks.map(({ seq }) => seq),
    );
    const known = new Set(files.map(({ local_path }) => local_path));
    const found = await readdir(configuration.worker.downloads, { recursive: true, withFileTypes: true });
    const paths = found.filter((entry) => !entry.isDirectory()).map(({ parentPath, name }) => join(parentPath, name));
    return paths.filter((path) => !known.has(path));
  }

  return { worker, clock, database, folder, add, turn, play, leftovers };
}
