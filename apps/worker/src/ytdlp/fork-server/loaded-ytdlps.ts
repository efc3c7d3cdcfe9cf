import type { Capabilities } from "../capabilities.ts";
import { commandStamp } from "../../process/program-file.ts";
import { spawnProgram, type SpawnedProgram } from "../../process/spawn.ts";
import { ForkServer, type RunRequest } from "./fork-server.ts";
import { findPythonProgram, type PythonProgram } from "./python-program.ts";

/** Starts yt-dlp, and keeps it loaded while it is used. */
export type LoadedYtdlps = {
  start(ytdlp: Capabilities, run: RunRequest): Promise<SpawnedProgram>;
  close(): Promise<void>;
};

type Options = {
  /** `worker.ytdlp.keepLoaded`. */
  keepLoaded: boolean;
  /** The environment of the programs that the worker starts. */
  environment: Readonly<Record<string, string>>;
  logger: Record<"info" | "warn", (details: object, message: string) => void>;
  /** Time without a run after which a yt-dlp is unloaded, ms. */
  idleMs?: number;
  /** Age at which it is loaded anew, ms: it does not notice an upgrade of Python or ffmpeg. */
  longestMs?: number;
  /** A run waits until it is loaded. By default, such a run starts as a program of its own. */
  waits?: boolean;
};

const defaultIdleMs = 10 * 60_000;
const defaultLongestMs = 60 * 60_000;
/** Time until loading is tried again after it failed. */
const failureMs = 10 * 60_000;

/** The loaded yt-dlp of one command. */
type Loaded = { readonly key: string; readonly server: ForkServer; version: string | undefined };

/**
 * Loads yt-dlp at the second run within ten minutes, for the runs after it. Measured with 2026.10.26, the run of a short
 * video then takes 0.11 s of a core instead of 0.6 s. If anything goes wrong with that, a run starts as a program of its
 * own.
 */
export function createLoadedYtdlps(options: Options): LoadedYtdlps {
  const { keepLoaded, environment, logger, idleMs = defaultIdleMs, longestMs = defaultLongestMs } = options;
  const { waits = false } = options;
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
    const server = new ForkServer(program, environment);
    const entry: Loaded = { key, server, version: undefined };
    loaded.set(name, entry);
    servers.add(server);
    server.version.then(
      (version) => {
        entry.version = version;
        logger.info({ ytdlp: name, version }, "yt-dlp is kept loaded");
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

  /** Returns the server if it is loaded with this version. */
  const whenLoaded = async (entry: Loaded, version: string): Promise<ForkServer | undefined> => {
    if (waits) await entry.server.version;
    return entry.version === version ? entry.server : undefined;
  };

  /** Returns the server for a run; undefined if none is loaded yet. */
  const serverFor = async ({ name, command, version }: Capabilities): Promise<ForkServer | undefined> => {
    const path = environment["PATH"];
    const key = `${await commandStamp(command, path)} ${version}`;
    const sinceMs = performance.now() - (lastRunMs.get(name) ?? -Infinity);
    lastRunMs.set(name, performance.now());
    const known = loaded.get(name);
    if (known?.key === key && !known.server.hasEnded && known.server.ageMs < longestMs)
      return await whenLoaded(known, version);
    retire(name);
    const failedSinceMs = performance.now() - (failedMs.get(key) ?? -Infinity);
    if (failedSinceMs < failureMs || (sinceMs > idleMs && !waits)) return undefined;
    const program = await findPythonProgram(command, path);
    if (program === undefined) failedMs.set(key, performance.now());
    else if (!loaded.has(name)) load(name, key, program);
    const fresh = loaded.get(name);
    return waits && fresh !== undefined ? await whenLoaded(fresh, version) : undefined;
  };

  const idleTimer = setInterval(() => {
    for (const [name, { server }] of loaded)
      if (!server.isBusy && performance.now() - (lastRunMs.get(name) ?? 0) > idleMs) retire(name);
  }, idleMs / 2).unref();

  return {
    start: async (ytdlp, request) => {
      try {
        const server = keepLoaded ? await serverFor(ytdlp) : undefined;
        if (server !== undefined) return await server.start(request);
      } catch (error) {
        logger.warn({ ytdlp: ytdlp.name, err: error }, "yt-dlp is started as a program of its own");
        retire(ytdlp.name);
      }
      const { arguments: words, ...rest } = request;
      return spawnProgram({ ...rest, argv: [...ytdlp.command, ...words] });
    },
    close: async () => {
      clearInterval(idleTimer);
      loaded.clear();
      await Promise.all([...servers].map((server) => server.close()));
    },
  };
}
