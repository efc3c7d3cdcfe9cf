import { ConfigurationError } from "../configuration/configuration-error.ts";
import { loadAgain, loadWritten, ownEnvironment, UsageError } from "../configuration/load-configuration.ts";
import type { Named } from "../configuration/named.ts";
import type { Written } from "../configuration/written.ts";
import { addProcessMetrics } from "../metrics/process-metrics.ts";
import { addConfigurationMetrics } from "../reload/configuration-metrics.ts";
import { Hangups } from "../reload/hangups.ts";
import type { ProcessName } from "../reload/key-table.ts";
import { complain } from "./complain.ts";
import { type AppContext, runProcess } from "./run-process.ts";

export type AppOptions = {
  /** Options of the command line; default none. */
  readonly named?: Named;
  /** Environment; default that of this process. */
  readonly env?: NodeJS.ProcessEnv;
  /** How long a release may take after the grace, ms; default ten seconds. */
  readonly hangMs?: number;
};

/**
 * Loads the configuration, and runs the process of an app by it (`runProcess`).
 *
 * Exit status: 2 for a wrong DWLD_LOG_FORMAT, 78 for a wrong configuration, else that of `runProcess`.
 */
export async function runApp(
  app: ProcessName,
  start: (context: AppContext) => Promise<void>,
  { named = {}, env = ownEnvironment(), hangMs }: AppOptions = {},
): Promise<void> {
  // Before the configuration is read, so that no later change of it is missed.
  const hangups = new Hangups();
  const written = prepare(app, named, env);
  // oxlint-disable-next-line unicorn/no-process-exit -- nothing is open yet
  if (typeof written === "number") process.exit(written);
  const startCounting = async (context: AppContext): Promise<void> => {
    addProcessMetrics(context.metrics, { app, version: context.version });
    addConfigurationMetrics(context.metrics, context.configurationState);
    await start(context);
  };
  await runProcess(app, startCounting, { written, read: () => loadAgain(named, env), hangups, env, hangMs });
}

/** Returns the configuration, or the exit status if there is none. */
function prepare(app: ProcessName, named: Named, env: NodeJS.ProcessEnv): Written | number {
  try {
    return loadWritten(named, env);
  } catch (error) {
    if (!(error instanceof ConfigurationError) && !(error instanceof UsageError)) throw error;
    complain(app, error.message);
    return error instanceof UsageError ? 2 : 78;
  }
}
