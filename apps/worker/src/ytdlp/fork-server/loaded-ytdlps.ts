import { setTimeout as sleep } from "node:timers/promises";
import { hourMs, minuteMs } from "@dwld/timing";
import type { Capabilities } from "../capabilities.ts";
import { commandStamp } from "../../process/program-file.ts";
import { spawnProgram, type SpawnedProgram } from "../../process/spawn.ts";
import type { Walls } from "../../process/walls.ts";
import { ForkServer, type RunRequest } from "./fork-server.ts";
import { findPythonProgram, type PythonProgram } from "./python-program.ts";

/** Starts yt-dlp, and keeps it loaded while it is used. */
export type LoadedYtdlps = {
  /** @param signal ends the wait for a yt-dlp that is being loaded. */
  start(ytdlp: Capabilities, run: RunRequest, signal: AbortSignal): Promise<SpawnedProgram>;
  close(): Promise<void>;
};

type Options = {
  /** `worker.ytdlp.keepLoaded`. */
  keepLoaded: boolean;
  /** The environment of the programs that the worker starts. */
  environment: Readonly<Record<string, string>>;
  walls: Walls;
  logger: Record<"info" | "warn", (details: object, message: string) => void>;
  /** Time without a run after which a yt-dlp is unloaded, ms. */
  idleMs?: number;
  /** Age at which it is loaded anew, ms: it does not notice an upgrade of Python or ffmpeg. */
  longestMs?: number;
  /** Time since the begin of loading for which runs wait for its end, ms. Later ones start as programs of their own. */
  patienceMs?: number;
  /** Loads it for the first run already. */
  loadsAtOnce?: boolean;
};

const defaultIdleMs = 10 * minuteMs;
const defaultLongestMs = hourMs;
const defaultPatienceMs = 10_000;
/** Time until loading is tried again after it failed. */
const failureMs = 10 * minuteMs;

/** The loaded yt-dlp of one command. */
type Loaded = { readonly key: string; readonly server: ForkServer; version: string | undefined };

/**
 * Loads yt-dlp at the second run within ten minutes: a single link is not delayed, and of a hundred one run alone starts as a
 * program. Measured with 2026.10.26, loading takes a second of a core, and the run of a short video then 0.05 s instead of
 * 0.6 s. If anything goes wrong with that, a run starts as a program of its own.
 */
export function createLoadedYtdlps(options: Options): LoadedYtdlps {
  const { keepLoaded, environment, walls, logger, idleMs = defaultIdleMs, longestMs = defaultLongestMs } = options;
  const { patienceMs = defaultPatienceMs, loadsAtOnce = false } = options;
  const loaded = new Map<string, Loaded>();
  /** When each command last ran, and when loading it last failed. */
  const lastRunMs = new Map<string, number>();
  const failedMs = new Map<string, number>();
  /** All servers that may still live, retired ones included. */
  const servers = new Set<ForkServer>();

  const retire = (name: string) => {
    const old = loaded.get(name);
    if (old === undefined) return;
    loaded.delete(name);
    void old.server.retire().finally(() => servers.delete(old.server));
  };

  const load = (name: string, key: string, program: PythonProgram) => {
    const server = new ForkServer(program, environment, walls);
    const entry: Loaded = { key, server, version: undefined };
    loaded.set(name, entry);
    servers.add(server);
    server.loaded.then(
      ({ version, memories, leftOut }) => {
        entry.version = version;
        logger.info({ ytdlp: name, version, memories, leftOut }, "yt-dlp is kept loaded");
      },
      (error: unknown) => {
        servers.delete(server);
        // Retired before it was ready.
        if (loaded.get(name) !== entry) return;
        loaded.delete(name);
        failedMs.set(key, performance.now());
        logger.warn({ ytdlp: name, err: error }, "yt-dlp cannot be kept loaded: it is started for each run");
      },
    );
  };

  /** Returns the server of a command: the current one, or one that begins to load. Undefined if it is not to be loaded. */
  const findOrLoad = async ({ name, command, version }: Capabilities): Promise<Loaded | undefined> => {
    const path = environment["PATH"];
    const key = `${await commandStamp(command, path)} ${version}`;
    const sinceMs = performance.now() - (lastRunMs.get(name) ?? -Infinity);
    lastRunMs.set(name, performance.now());
    const known = loaded.get(name);
    if (known?.key === key && !known.server.hasEnded && known.server.ageMs < longestMs) return known;
    retire(name);
    const failedSinceMs = performance.now() - (failedMs.get(key) ?? -Infinity);
    if (failedSinceMs < failureMs || (sinceMs > idleMs && !loadsAtOnce)) return undefined;
    const program = await findPythonProgram(command, path);
    if (program === undefined) failedMs.set(key, performance.now());
    else if (!loaded.has(name)) load(name, key, program);
    return loaded.get(name);
  };

  /** Returns the server for a run; undefined if none is loaded in time. */
  const serverFor = async (ytdlp: Capabilities, signal: AbortSignal): Promise<ForkServer | undefined> => {
    const entry = await findOrLoad(ytdlp);
    if (entry === undefined) return undefined;
    if (entry.version === undefined) await waitUntilLoaded(entry.server, patienceMs, signal);
    return entry.version === ytdlp.version ? entry.server : undefined;
  };

  const idleTimer = setInterval(() => {
    for (const [name, { server }] of loaded)
      if (!server.isBusy && performance.now() - (lastRunMs.get(name) ?? 0) > idleMs) retire(name);
  }, idleMs / 2).unref();

  return {
    start: async (ytdlp, request, signal) => {
      try {
        const server = keepLoaded ? await serverFor(ytdlp, signal) : undefined;
        if (server !== undefined) return await server.start(request);
      } catch (error) {
        logger.warn({ ytdlp: ytdlp.name, err: error }, "yt-dlp is started as a program of its own");
        retire(ytdlp.name);
      }
      const { arguments: words, grant = { read: [], write: [] }, ...rest } = request;
      return spawnProgram({ ...rest, argv: walls.confine([...ytdlp.command, ...words], grant) });
    },
    close: async () => {
      clearInterval(idleTimer);
      loaded.clear();
      await Promise.all([...servers].map((server) => server.close()));
    },
  };
}

/** Resolves when it is loaded or cannot be, when patience is over, or when the signal is aborted. */
async function waitUntilLoaded({ loaded, ageMs }: ForkServer, patienceMs: number, signal: AbortSignal): Promise<void> {
  const waiting = new AbortController();
  const ending = AbortSignal.any([signal, waiting.signal]);
  const patience = sleep(Math.max(0, patienceMs - ageMs), undefined, { signal: ending });
  await Promise.allSettled([Promise.race([loaded, patience])]);
  waiting.abort();
}
