import { randomBytes } from "node:crypto";
import { isAbsolute } from "node:path";
import { type Configuration, redactSecrets, type StageSettings } from "@dwld/daemon";
import type { ProcessIdentity, RunPace } from "@dwld/queue";
import { clipText } from "@dwld/text";
import type { EgressUrls } from "../egress/egress-proxy.ts";
import { isFolderOfPrograms, programPaths } from "../process/sandbox.ts";
import { followProgram } from "../process/follow.ts";
import type { ProcessExit } from "../process/spawn.ts";
import { type RunPhase, type Standstill, watchPace } from "../process/watch-pace.ts";
import type { Capabilities } from "./capabilities.ts";
import { parseEvent, type YtdlpEvent } from "./events.ts";
import type { LoadedYtdlps } from "./fork-server/loaded-ytdlps.ts";
import { proxyEnvironment } from "./proxy-environment.ts";

/**
 * The folders and the file of cookies of a task. `cache` is shared by all. The folder in which the others lie is not written by
 * a run: it would put links to other files in their place, which the worker then follows.
 */
type Folders = Readonly<Record<"home" | "temp" | "personal" | "cookies" | "cache", string>>;

/** One run of yt-dlp. */
export type RunRequest = {
  ytdlp: Capabilities;
  stage: StageSettings;
  folders: Folders;
  /** Makes the command line. The marker begins the lines of this run's events: no site can guess it. */
  arguments: (marker: string) => string[];
  signal: AbortSignal;
  /** Ends the recording of a live stream and keeps what was recorded. */
  finish?: AbortSignal;
  phase: () => RunPhase;
  onEvent: (event: YtdlpEvent) => void;
  /** Stores the process group, so that a successor can kill it. The run begins when this resolves. */
  onLeader: (leader: ProcessIdentity) => Promise<void>;
  /** Receives the pace each time it changes; at the end of the run it is steady. */
  onPace: (pace: RunPace) => void;
};

/** How a run ended. */
export type YtdlpExit = ProcessExit & {
  /** The reason why dwld broke it off. */
  standstill?: Standstill;
  /** The last lines of stderr that were no events, without secrets. */
  stderr: string[];
  /** The same for stdout: some causes, such as the 403 of a fragment, stand only there. */
  stdout: string[];
};

export type RunYtdlp = (request: RunRequest) => Promise<YtdlpExit>;

export type YtdlpRunnerOptions = {
  ytdlps: LoadedYtdlps;
  /** The environment of the programs that the worker starts. */
  environment: Readonly<Record<string, string>>;
  /** The proxy that leads to public hosts alone; undefined if private hosts are allowed. */
  egressProxy: EgressUrls | undefined;
  /** Returns the limits as of now: a run keeps those that it began with. */
  limits: () => RunLimits;
};

type RunLimits = Pick<
  Configuration["worker"],
  "maxMemoryBytes" | "idleTimeoutSeconds" | "minBytesPerSecond" | "slowAfterSeconds"
>;

/** Number and length of the lines that are kept of each stream. */
const keptLines = 100;
const keptLineLength = 2000;

/** Returns the function that runs yt-dlp in a task's folder, with a HOME and a temporary folder of the task's own. */
export function createYtdlpRunner({
  ytdlps,
  environment,
  egressProxy,
  limits: currentLimits,
}: YtdlpRunnerOptions): RunYtdlp {
  return async (request) => {
    const limits = currentLimits();
    const { stage, folders, signal } = request;
    const marker = `dwld-${randomBytes(12).toString("hex")}`;
    const kept = { stderr: [] as string[], stdout: [] as string[] };
    const run = {
      arguments: request.arguments(marker),
      cwd: folders.temp,
      env: {
        ...environment,
        ...proxyEnvironment(stage, egressProxy),
        HOME: folders.personal,
        TMPDIR: folders.temp,
        LANG: "C.UTF-8",
        PYTHONUNBUFFERED: "1",
      },
      memoryBytes: limits.maxMemoryBytes,
      grant: {
        read: modulesOf(request.ytdlp),
        write: [folders.home, folders.temp, folders.personal, folders.cookies, folders.cache],
      },
    };
    const program = await ytdlps.start(request.ytdlp, run, signal);
    const watch = watchPace(
      { folders: [folders.home, folders.temp], phase: request.phase, onPace: request.onPace },
      {
        idleMs: limits.idleTimeoutSeconds * 1000,
        minBytesPerSecond: limits.minBytesPerSecond,
        slowAfterMs: limits.slowAfterSeconds * 1000,
        maxBytesPerSecond: stage.rateLimitKilobytesPerSecond && stage.rateLimitKilobytesPerSecond * 1000,
      },
    );
    try {
      const exit = await followProgram(program, {
        signal: AbortSignal.any([signal, watch.signal]),
        finish: request.finish,
        onLeader: request.onLeader,
        onLine: ({ from, text }) => {
          watch.alive();
          // In quiet mode yt-dlp prints some events to stderr, so both streams are searched.
          const event = parseEvent(text, marker);
          if (event !== undefined) request.onEvent(event);
          else if (!text.startsWith(marker)) keepLine(kept[from], text);
        },
      });
      const standstill =
        watch.signal.aborted && !signal.aborted ? (watch.signal.reason as Standstill | Error) : undefined;
      if (standstill instanceof Error) throw standstill;
      return { ...exit, ...kept, ...(standstill === undefined ? {} : { standstill }) };
    } finally {
      watch.stop();
    }
  };
}

/** Returns what a yt-dlp reads of itself, wherever it is installed. */
function modulesOf({ command, files = [] }: Capabilities): string[] {
  const [python] = files;
  const own = [...command.filter(isAbsolute), ...files];
  return [...own.filter(isFolderOfPrograms), ...[...command, python ?? ""].flatMap(programPaths)];
}

function keepLine(lines: string[], text: string): void {
  lines.push(redactSecrets(clipText(text, keptLineLength)));
  if (lines.length > keptLines) lines.shift();
}
