import { constants } from "node:os";
import { ConfigurationError } from "../configuration/configuration-error.ts";
import type { Configuration } from "../configuration/complete-configuration.ts";
import { loadConfiguration, type Named, ownEnvironment, UsageError } from "../configuration/load-configuration.ts";
import { createLogger, type Logger } from "../logger/create-logger.ts";
import { redactSecrets } from "../logger/redact-secrets.ts";
import { readVersion } from "./version.ts";
import { explainFailure } from "./explain-failure.ts";
import { takeServiceManager } from "./service-manager.ts";
import { createShutdown, type Shutdown, type ShutdownControl } from "./shutdown.ts";

export type AppName = "api" | "worker" | "ftp-sender" | "up";

export type AppContext = { configuration: Configuration; logger: Logger; shutdown: Shutdown; version: string };

/** How long a release may take after the grace, ms. */
const defaultHangMs = 10_000;

export type AppOptions = {
  /** Options of the command line; default none. */
  readonly named?: Named;
  /** Environment; default that of this process. */
  readonly env?: NodeJS.ProcessEnv;
  /** How long a release may take after the grace, ms; default ten seconds. */
  readonly hangMs?: number;
  /** Opens the destination of the app's log, lines of JSON; default stdout. */
  readonly openLog?: (configuration: Configuration, env: NodeJS.ProcessEnv) => { write: (line: string) => void };
};

/**
 * Runs an app's process: loads the configuration, calls `start`, waits for SIGTERM, SIGINT or a failure, shuts down in
 * order, and exits.
 *
 * Exit status: 0 after a signal, 1 after a failure or a release that hangs, 2 for a wrong DWLD_LOG_FORMAT, 65 for a
 * damaged task table, 69 for an address that cannot be listened on, 78 for a wrong configuration. A second signal exits
 * at once (130, 143).
 */
export async function runApp(
  app: AppName,
  start: (context: AppContext) => Promise<void>,
  { named = {}, env = ownEnvironment(), hangMs = defaultHangMs, openLog }: AppOptions = {},
): Promise<void> {
  const configuration = prepare(app, named, env);
  if (typeof configuration === "number") exit(configuration);

  const version = readVersion();
  const settings = { ...configuration.log, app };
  const logger = createLogger(settings, openLog?.(configuration, env), env["JOURNAL_STREAM"]);
  const manager = takeServiceManager(env, logger);
  let exitStatus = 0;
  const messages: string[] = [];
  const onFailure = (error: unknown): string => {
    const failure = explainFailure(error, configuration);
    // The first failure is the cause, and decides the status; others follow from it.
    exitStatus ||= failure.exitStatus;
    if (failure.message === undefined) logger.fatal({ err: error }, "failed unexpectedly");
    else messages.push(failure.message);
    return failure.message ?? "a part failed";
  };
  const graceMs = configuration.shutdown.graceSeconds * 1000;
  const shutdown = createShutdown({ graceMs, hangMs, logger, onFailure });
  listenToSignals(shutdown, logger);
  // Node also raises an unhandled rejection as an uncaught exception.
  process.on("uncaughtException", (error) => shutdown.fail(error));
  // Keeps alive an app that has nothing open, such as one between two polls.
  setInterval(() => undefined, 2 ** 30);

  logger.info({ version, node: process.version }, "starting");
  const started = (async () => start({ configuration, logger, shutdown, version }))().then(
    () => {
      logger.debug("started");
      manager.ready();
    },
    (error: unknown) => shutdown.fail(error),
  );
  await shutdown.begun;
  manager.stopping(graceMs + hangMs);
  const end = await shutdown.release(started);
  if (end.outcome === "hangs") {
    logger.error({ part: end.part }, `releasing "${end.part}" hangs: it is left as it is`);
    exitStatus ||= 1;
  }
  logger.info({ exitStatus }, "stopped");
  // Last, so that the person at the terminal sees it; the log already has it as the reason of the shutdown.
  for (const message of messages) complain(app, message);
  exit(exitStatus);
}

/** Exits at once: all parts were released, and the log is written synchronously. */
function exit(status: number): never {
  // oxlint-disable-next-line unicorn/no-process-exit -- the end of the process is what this file is about
  process.exit(status);
}

/** Writes a message to the person who started the process, with a prefix on each line. */
function complain(app: AppName, message: string): void {
  for (const line of message.split("\n")) process.stderr.write(`dwld ${app}: ${redactSecrets(line)}\n`);
}

/** Returns the configuration, or the exit status if there is none. */
function prepare(app: AppName, named: Named, env: NodeJS.ProcessEnv): Configuration | number {
  try {
    return loadConfiguration(named, env);
  } catch (error) {
    if (!(error instanceof ConfigurationError) && !(error instanceof UsageError)) throw error;
    complain(app, error.message);
    return error instanceof UsageError ? 2 : 78;
  }
}

function listenToSignals(shutdown: ShutdownControl, logger: Logger): void {
  let signalled = false;
  for (const signal of ["SIGTERM", "SIGINT"] as const) {
    process.on(signal, () => {
      if (signalled) {
        logger.warn({ signal }, "second signal: exiting at once");
        process.exit(128 + constants.signals[signal]);
      }
      signalled = true;
      shutdown.begin(signal);
    });
  }
}
