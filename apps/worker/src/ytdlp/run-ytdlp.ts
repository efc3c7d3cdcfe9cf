import { randomBytes } from "node:crypto";
import { redactSecrets, type StageSettings } from "@dwld/daemon";
import type { ProcessIdentity } from "@dwld/queue";
import type { TaskFolder } from "../folder/task-folder.ts";
import type { WorkerContext } from "../worker-context.ts";
import { watchForStall } from "./watch-for-stall.ts";
import { parseEvent, type YtdlpEvent } from "./events.ts";
import { proxyEnvironment } from "./proxy-environment.ts";
import { followProgram } from "./run-process.ts";
import type { ProcessExit } from "./start-program.ts";

export type YtdlpRun = ProcessExit & {
  /** It was ended because nothing came for too long. */
  stalled: boolean;
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
 * @param finish ends the recording of a live stream, and keeps what is there.
 * @param onLeader the process group exists; the run begins when that is stored, so that a successor can end it.
 */
export async function runYtdlp(
  context: WorkerContext,
  folder: TaskFolder,
  stage: StageSettings,
  makeArguments: (marker: string) => string[],
  signal: AbortSignal,
  on: { event: (event: YtdlpEvent) => void; leader?: (leader: ProcessIdentity) => Promise<void> },
  finish?: AbortSignal,
): Promise<YtdlpRun> {
  const marker = `dwld-${randomBytes(12).toString("hex")}`;
  const ytdlp = await context.capabilities(stage.ytdlp);
  const kept = { stderr: [] as string[], stdout: [] as string[] };
  const { idleTimeoutSeconds, maxMemoryBytes } = context.configuration.worker;
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
    memoryBytes: maxMemoryBytes,
  });
  const watchdog = watchForStall(folder, idleTimeoutSeconds * 1000);
  try {
    const exit = await followProgram(program, {
      signal: AbortSignal.any([signal, watchdog.signal]),
      ...(finish === undefined ? {} : { finish }),
      // Quiet sends some events to stderr, so both streams are searched for them.
      onLeader: on.leader,
      onLine: ({ from, text }) => {
        watchdog.alive();
        const event = parseEvent(text, marker);
        if (event !== undefined) on.event(event);
        else if (!text.startsWith(marker)) keepLine(kept[from], text);
      },
    });
    return { ...exit, ...kept, stalled: watchdog.signal.aborted && !signal.aborted };
  } finally {
    watchdog.stop();
  }
}

function keepLine(lines: string[], text: string): void {
  lines.push(redactSecrets(text.slice(0, keptLineLength)));
  if (lines.length > keptLines) lines.shift();
}
