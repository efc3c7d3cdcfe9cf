import { constants } from "node:os";
import { layout } from "@dwld/layout";
import { SingleFlight } from "@dwld/timing";
import type { Configuration } from "../configuration/complete-configuration.ts";
import type { Written } from "../configuration/written.ts";
import { createLogger, type Logger, openOutput } from "../logger/create-logger.ts";
import { Metrics } from "../metrics/metrics.ts";
import { type ConfigurationReport, reportConfiguration } from "../reload/configuration-report.ts";
import type { ConfigurationState } from "../reload/configuration-state.ts";
import type { FixedConfiguration } from "../reload/fixed-keys.ts";
import type { Hangups } from "../reload/hangups.ts";
import type { ProcessName } from "../reload/key-table.ts";
import { LiveSettings, type ReloadPart } from "../reload/live-settings.ts";
import { collectGarbageAtRest } from "./collect-at-rest.ts";
import { complain } from "./complain.ts";
import { explainFailure } from "./explain-failure.ts";
import { type ServiceManager, takeServiceManager } from "./service-manager.ts";
import { createShutdown, type Shutdown, type ShutdownControl } from "./shutdown.ts";

export type AppContext = {
  /** The part of the configuration that stays as it was at the start. */
  configuration: FixedConfiguration;
  /** Returns the whole configuration as of now: a reload replaces it. */
  settings: () => Configuration;
  /** Lets a part act when the configuration changes. */
  onReload: (part: ReloadPart) => void;
  configurationState: () => ConfigurationState;
  configurationReport: () => Promise<ConfigurationReport>;
  logger: Logger;
  shutdown: Shutdown;
  version: string;
  metrics: Metrics;
  /** Tells systemd that the start waits for something. */
  waiting: ServiceManager["waiting"];
};

/** How long a release may take after the grace, ms. */
const defaultHangMs = 10_000;

export type ProcessOptions = {
  readonly written: Written;
  /** Reads the configuration anew, for a reload. */
  readonly read: () => Written | Promise<Written>;
  readonly hangups: Hangups;
  readonly env: NodeJS.ProcessEnv;
  /** How long a release may take after the grace, ms; default ten seconds. */
  readonly hangMs?: number | undefined;
  /** Opens the destination of the app's log, lines of JSON; default stdout. */
  readonly openLog?: (configuration: Configuration, env: NodeJS.ProcessEnv) => { write: (line: string) => void };
};

/**
 * Runs the process of an app: calls `start`, waits for SIGTERM, SIGINT or a failure, shuts down in order, and exits. SIGHUP
 * has it read its configuration anew.
 *
 * Exit status: 0 after a signal, 1 after a failure or a release that hangs, 65 for a damaged task table, 69 for an
 * address that cannot be listened on. A second signal exits at once (130, 143).
 */
export async function runProcess(
  app: ProcessName,
  start: (context: AppContext) => Promise<void>,
  { written, read, hangups, env, hangMs = defaultHangMs, openLog }: ProcessOptions,
): Promise<void> {
  const { version } = layout;
  const configuration = written.complete(written.values);
  const logger = createLogger(
    { level: configuration.log.level, app },
    openLog?.(configuration, env) ?? (await openOutput(configuration.log.format, env["JOURNAL_STREAM"])),
  );
  const settings = new LiveSettings(app, { values: written.values, configuration }, { read, logger, now: Date.now });
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
  const graceMs = () => settings.current().shutdown.graceSeconds * 1000;
  const shutdown = createShutdown({ graceMs, hangMs, logger, onFailure });
  listenToSignals(shutdown, logger);
  // Node also raises an unhandled rejection as an uncaught exception.
  process.on("uncaughtException", (error) => shutdown.fail(error));
  // An output that takes nothing, such as a terminal that is gone, is no failure: it would be told there, which fails again.
  for (const output of [process.stdout, process.stderr]) output.on("error", () => undefined);
  // Keeps alive an app that has nothing open, such as one between two polls.
  setInterval(() => undefined, 2 ** 30);

  logger.info({ version, node: process.version }, "starting");
  settings.join({
    take: ({ log }) => {
      logger.level = log.level;
    },
  });
  const context: AppContext = {
    ...{ configuration, settings: settings.current, onReload: settings.join },
    configurationState: settings.state,
    configurationReport: async () => reportConfiguration(written.file, settings.state(), await settings.preview()),
    ...{ logger, shutdown, version, metrics: new Metrics(), waiting: manager.waiting },
  };
  const started = (async () => start(context))().then(
    () => {
      logger.debug("started");
      manager.ready();
      collectGarbageAtRest();
    },
    (error: unknown) => {
      // A start that waited for something was told to stop.
      if (error !== shutdown.stopping.reason) shutdown.fail(error);
    },
  );
  reloadAtHangups({ settings, hangups, manager, logger, started, stopping: shutdown.stopping });
  await shutdown.begun;
  manager.stopping(graceMs() + hangMs);
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

type Reloading = Pick<ProcessOptions, "hangups"> & {
  settings: LiveSettings;
  manager: ServiceManager;
  logger: Logger;
  started: Promise<unknown>;
  stopping: AbortSignal;
};

/** Reloads the configuration at each SIGHUP: after the start, once for all that come meanwhile, and not while it stops. */
function reloadAtHangups({ settings, hangups, manager, logger, started, stopping }: Reloading): void {
  const reloads = new SingleFlight(async () => {
    await started;
    if (stopping.aborted) return;
    await manager.reloading();
    await manager.reloaded(await settings.reload());
  });
  hangups.listen(() => {
    reloads.run().catch((error: unknown) => {
      logger.error({ err: error }, "a reload failed");
    });
  });
}

/** Exits at once: all parts were released, and the log is written synchronously. */
function exit(status: number): never {
  // oxlint-disable-next-line unicorn/no-process-exit -- the end of the process is what this file is about
  process.exit(status);
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
