import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { type AppContext, commandName, configurationArguments, type Named } from "@dwld/daemon/process";
import { logFileNames, logFolder } from "./log/log-files.ts";
import type { UpLog } from "./log/up-log.ts";
import { startMemcached } from "./memcached.ts";
import { recordProcesses, untilPredecessorEnded } from "./predecessor.ts";
import { greeting } from "./screen/greeting.ts";
import { untilStarted } from "./start-facts.ts";
import { superviseApps } from "./supervise-apps.ts";

/** Longer than the ten seconds beyond the grace after which an app kills itself. */
export const hangMs = 20_000;

type Program = {
  /** Runs the app that is named behind it. */
  readonly command: readonly string[];
  readonly named: Named;
  readonly env: NodeJS.ProcessEnv;
  readonly log: () => UpLog | undefined;
};

/** Starts memcached if none is configured, then the apps. */
export async function startUp(
  { configuration, logger, shutdown, version }: AppContext,
  { command: program, named, env, log }: Program,
): Promise<void> {
  mkdirSync(configuration.data, { recursive: true, mode: 0o750 });
  const missing: string[] = [];
  const memcached = await startMemcached(configuration, env, logger);
  if (memcached === "missing") missing.push("memcached is not installed: progress is up to 5 s older");
  else if (memcached !== undefined) shutdown.register("memcached", memcached);
  const timeoutMs = configuration.shutdown.graceSeconds * 1000 + hangMs;
  await untilPredecessorEnded(configuration.data, { logger, signal: shutdown.stopping, timeoutMs });
  if (shutdown.stopping.aborted) return;
  const record = recordProcesses(configuration.data, logger);
  const settings = configurationArguments(named);
  const apps = superviseApps({
    command: program,
    argv: settings,
    // This process alone writes for a person.
    env: { ...env, DWLD_LOG_FORMAT: "json" },
    logger,
    onStart: (pid) => {
      record.started(pid);
    },
    onLine: (line) => log()?.write(line),
    onFailure: (error) => {
      shutdown.fail(error);
    },
  });
  shutdown.register("apps", apps);
  missing.push(...(await untilStarted(configuration, shutdown.stopping)));
  if (shutdown.stopping.aborted) return;
  const command = commandName(process.cwd(), env);
  const logFile = join(logFolder(configuration.data), logFileNames[0]);
  log()?.greet(greeting({ version, configuration, command, settings, logFile, missing }));
  logger.info({ grpc: configuration.api.listen, http: configuration.api.http, missing }, "all apps were started");
}
