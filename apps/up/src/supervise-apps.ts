import { fileURLToPath } from "node:url";
import type { Logger } from "@dwld/daemon";
import { type GuardedChild, startGuarded } from "./guarded-child.ts";

const apps = ["api", "worker", "ftp-sender"] as const;

type App = (typeof apps)[number];

/** An app that ends sooner than that after its start would end again; its own message has said why. */
const shortestLifeMs = 5000;

/** An app that cannot run: wrong configuration, a port that is taken. */
export class AppFailedError extends Error {
  readonly code = "app_failed";
}

/**
 * Runs the three apps with our own arguments. One that dies later on is started again: it resumes where it was. One
 * that cannot even start is reported once.
 */
export function superviseApps(
  argv: readonly string[],
  env: NodeJS.ProcessEnv,
  { logger, onFailure }: { logger: Logger; onFailure: (error: AppFailedError) => void },
): { stop(): Promise<void> } {
  const children = new Map<App, GuardedChild>();
  let stopping = false;
  const start = (app: App): void => {
    const main = fileURLToPath(new URL(`../../${app}/src/main.ts`, import.meta.url));
    const startedAtMs = performance.now();
    const child = startGuarded([process.execPath, main, ...argv], env);
    children.set(app, child);
    void child.exited.then(({ exitCode, signal }) => {
      children.delete(app);
      if (stopping) return;
      const how = signal ?? `exit status ${exitCode}`;
      if (performance.now() - startedAtMs < shortestLifeMs) {
        onFailure(new AppFailedError(`the ${app} ended with ${how} right after its start; see its message above.`));
        return;
      }
      logger.warn({ ended: app, how }, "an app ended unexpectedly; it is started again");
      start(app);
    });
  };
  for (const app of apps) start(app);
  return {
    stop: async () => {
      stopping = true;
      const running = [...children.values()];
      for (const child of running) child.terminate();
      await Promise.all(running.map(({ exited }) => exited));
    },
  };
}
