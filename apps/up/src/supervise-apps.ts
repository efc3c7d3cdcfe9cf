import type { Logger } from "@dwld/daemon/process";
import { type Exit, type GuardedChild, startGuarded } from "./guarded-child.ts";
import { splitLines } from "./log/split-lines.ts";
import { afterEnd, noRuns, type RunHistory } from "./restart-policy.ts";

export const allApps = ["api", "worker", "ftp-sender"] as const;

export type App = (typeof allApps)[number];

/** An app ended with a status that says that it can never run. */
class AppFailedError extends Error {
  readonly code = "app_failed";
  readonly exitStatus: number;
  constructor(app: App, exitStatus: number, lastWords: string) {
    super(lastWords === "" ? `the ${app} ended with exit status ${exitStatus}; its log says why.` : lastWords);
    this.exitStatus = exitStatus;
  }
}

type Supervision = {
  /** Runs the app that is named behind it. */
  readonly command: readonly string[];
  readonly apps: readonly App[];
  /** Options for each app. */
  readonly argv: readonly string[];
  readonly env: NodeJS.ProcessEnv;
  readonly logger: Logger;
  /** Called with the process id of each app that starts. */
  readonly onStart: (pid: number) => void;
  /** Called with each line that an app writes to stdout or stderr. */
  readonly onLine: (line: string) => void;
  readonly onFailure: (error: AppFailedError) => void;
};

/** How many of an app's last lines on stderr are shown. */
const maxLastLines = 20;

/** The apps as they run. */
type Supervised = {
  /** Has each app reload its configuration. */
  readonly reload: () => void;
  stop(): Promise<void>;
};

type EndedRun = {
  readonly exit: Exit;
  readonly ranMs: number;
  /** The last lines that it wrote to stderr. */
  readonly lastWords: string;
};

/** Runs the apps, and restarts each that ends (restart-policy.ts). */
export function superviseApps({
  command,
  apps,
  argv,
  env,
  logger,
  onStart,
  onLine,
  onFailure,
}: Supervision): Supervised {
  const children = new Map<App, GuardedChild>();
  const pauses = new Set<NodeJS.Timeout>();
  let stopping = false;

  const start = (app: App, history: RunHistory): void => {
    const startedAtMs = performance.now();
    const words: string[] = [];
    const lines = {
      stdout: splitLines(onLine),
      stderr: splitLines((line) => {
        words.push(line.replace(`dwld ${app}: `, ""));
        if (words.length > maxLastLines) words.shift();
        onLine(line);
      }),
    };
    const onOutput = (chunk: Buffer, stream: "stdout" | "stderr") => lines[stream].take(chunk);
    const child = startGuarded([...command, app, ...argv], env, { onOutput });
    children.set(app, child);
    if (child.pid !== undefined) onStart(child.pid);
    void child.exited.then((exit) => {
      children.delete(app);
      for (const stream of Object.values(lines)) stream.end();
      const run = { exit, ranMs: performance.now() - startedAtMs, lastWords: words.join("\n") };
      if (!stopping) judge(app, run, history);
    });
  };

  const judge = (app: App, { exit, ranMs, lastWords }: EndedRun, history: RunHistory): void => {
    const verdict = afterEnd(exit, ranMs, history);
    if (verdict.next === "give up") {
      onFailure(new AppFailedError(app, exit.exitCode ?? 1, lastWords));
      return;
    }
    const how = exit.signal ?? `exit status ${exit.exitCode}`;
    const seconds = verdict.afterMs / 1000;
    logger.warn({ ended: app, how, seconds }, `the ${app} ended (${how}); it is started again in ${seconds} s`);
    const pause = setTimeout(() => {
      pauses.delete(pause);
      start(app, verdict.history);
    }, verdict.afterMs);
    pauses.add(pause);
  };

  for (const app of apps) start(app, noRuns);
  return {
    reload: () => {
      for (const child of children.values()) child.hangUp();
    },
    stop: async () => {
      stopping = true;
      for (const pause of pauses) clearTimeout(pause);
      const running = [...children.values()];
      for (const child of running) child.terminate();
      await Promise.all(running.map(({ exited }) => exited));
    },
  };
}
