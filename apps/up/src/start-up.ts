import { mkdirSync } from "node:fs";
import { join } from "node:path";
import {
  type AppContext,
  commandName,
  type Configuration,
  configurationArguments,
  isLoopback,
  type Named,
  parseAddress,
} from "@dwld/daemon/process";
import { logFileNames, logFolder } from "./log/log-files.ts";
import type { UpLog } from "./log/up-log.ts";
import { startMemcached } from "./memcached.ts";
import { recordProcesses, untilPredecessorEnded } from "./predecessor.ts";
import { greeting } from "./screen/greeting.ts";
import { untilStarted } from "./start-facts.ts";
import { type App, superviseApps } from "./supervise-apps.ts";

/** Longer than the ten seconds beyond the grace after which an app kills itself. */
export const hangMs = 20_000;

type Program = {
  /** Runs the app that is named behind it. */
  readonly command: readonly string[];
  readonly apps: readonly App[];
  readonly named: Named;
  readonly env: NodeJS.ProcessEnv;
  readonly log: () => UpLog | undefined;
};

/** Starts memcached if none is configured, then the apps. */
export async function startUp(
  { settings: current, onReload, logger, shutdown, version }: AppContext,
  { command: program, apps, named, env, log }: Program,
): Promise<void> {
  const configuration = current();
  mkdirSync(configuration.data, { recursive: true, mode: 0o750 });
  const missing: string[] = [];
  // Only the api reads it: one of this machine is of no use to an api elsewhere.
  const memcached = apps.includes("api") ? await startMemcached(configuration, env, logger) : undefined;
  if (memcached === "missing") missing.push("memcached is not installed: progress is up to 5 s older");
  else if (memcached !== undefined) shutdown.register("memcached", memcached);
  if (!apps.includes("api") && isOfThisMachine(configuration.cache)) missing.push(noSharedCache);
  const timeoutMs = configuration.shutdown.graceSeconds * 1000 + hangMs;
  await untilPredecessorEnded(configuration.data, { logger, signal: shutdown.stopping, timeoutMs });
  if (shutdown.stopping.aborted) return;
  const record = recordProcesses(configuration.data, logger);
  const settings = configurationArguments(named);
  const supervised = superviseApps({
    ...{ command: program, apps },
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
  shutdown.register("apps", supervised);
  onReload({
    take: () => {
      supervised.reload();
    },
  });
  missing.push(...(await untilStarted(configuration, apps, shutdown.stopping)));
  if (shutdown.stopping.aborted) return;
  const command = commandName(process.cwd(), env);
  const logFile = join(logFolder(configuration.data), logFileNames[0]);
  log()?.greet(greeting({ version, configuration, apps, command, settings, logFile, missing }));
  const { listen: grpc, http } = configuration.api;
  logger.info({ apps, ...(apps.includes("api") ? { grpc, http } : {}), missing }, "all apps were started");
}

const noSharedCache =
  "progress is up to 5 s older on the page: cache.servers names no memcached that the api, on another machine, can read";

/** Whether the cache cannot be reached from another machine, if there is one. */
function isOfThisMachine({ servers }: Configuration["cache"]): boolean {
  return servers.every((server) => server.startsWith("unix:") || isLoopback(parseAddress(server).host));
}
