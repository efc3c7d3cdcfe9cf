import { randomBytes } from "node:crypto";
import { redactSecrets, type StageSettings } from "@dwld/daemon";
import type { ProcessIdentity, RunPace } from "@dwld/queue";
import type { TaskFolder } from "../workdir/workdir.ts";
import type { WorkerContext } from "../worker-context.ts";
import { parseEvent, type YtdlpEvent } from "./events.ts";
import { proxyEnvironment } from "./proxy-environment.ts";
import { followProgram } from "../process/follow.ts";
import type { ProcessExit } from "../process/spawn.ts";
import { type RunPhase, type Standstill, watchPace } from "../process/watch-pace.ts";

export type YtdlpRun = ProcessExit & {
  /** It was ended for this. */
  standstill?: Standstill;
  /** The last lines that were no events, secrets removed. */
  stderr: string[];
  /** The same of stdout: some causes, such as the 403 of a fragment, stand there alone. */
  stdout: string[];
};

/** So much of stderr is kept with an attempt. */
const keptLines = 100;
const keptLineLength = 2000;

/**
 * Runs yt-dlp in a task's folder, with a HOME and a temporary folder of the task's own.
 *
 * @param makeArguments is given the marker that starts this run's event lines: no site can guess it.
 * @param on.leader the process group exists; the run begins when that is stored, so that a successor can end it.
 * @param on.pace how it gets on, each time that this changes; at its end it is steady.
 * @param finish ends the recording of a live stream, and keeps what is there.
 */
export async function runYtdlp(
  context: WorkerContext,
  folder: TaskFolder,
  stage: StageSettings,
  makeArguments: (marker: string) => string[],
  signal: AbortSignal,
  on: {
    event: (event: YtdlpEvent) => void;
    leader: (leader: ProcessIdentity) => Promise<void>;
    pace: (pace: RunPace) => void;
  },
  { phase, finish }: { phase: () => RunPhase; finish?: AbortSignal },
): Promise<YtdlpRun> {
  const marker = `dwld-${randomBytes(12).toString("hex")}`;
  const ytdlp = await context.capabilities(stage.ytdlp);
  const kept = { stderr: [] as string[], stdout: [] as string[] };
  const { worker } = context.configuration;
  const program = await context.ytdlps.start(ytdlp, {
    arguments: makeArguments(marker),
    cwd: folder.temp,
    env: {
      ...context.environment,
      ...proxyEnvironment(stage, context.egressProxy),
      HOME: folder.personal,
      TMPDIR: folder.temp,
      LANG: "C.UTF-8",
      PYTHONUNBUFFERED: "1",
    },
    memoryBytes: worker.maxMemoryBytes,
  });
  const limits = {
    idleMs: worker.idleTimeoutSeconds * 1000,
    minBytesPerSecond: worker.minBytesPerSecond,
    slowAfterMs: worker.slowAfterSeconds * 1000,
    limitBytesPerSecond: stage.rateLimitKilobytesPerSecond && stage.rateLimitKilobytesPerSecond * 1000,
  };
  const watch = watchPace(folder, limits, phase, on.pace);
  try {
    const exit = await followProgram(program, {
      signal: AbortSignal.any([signal, watch.signal]),
      ...(finish === undefined ? {} : { finish }),
      // Quiet sends some events to stderr, so both streams are searched for them.
      onLeader: on.leader,
      onLine: ({ from, text }) => {
        watch.alive();
        const event = parseEvent(text, marker);
        if (event !== undefined) on.event(event);
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
}

function keepLine(lines: string[], text: string): void {
  lines.push(redactSecrets(text.slice(0, keptLineLength)));
  if (lines.length > keptLines) lines.shift();
}
