import { ConfigurationError } from "../configuration/configuration-error.ts";
import type { Configuration } from "../configuration/complete-configuration.ts";
import { loadConfiguration, ownEnvironment, UsageError } from "../configuration/load-configuration.ts";
import type { Named } from "../configuration/named.ts";
import { addProcessMetrics } from "../metrics/process-metrics.ts";
import { complain } from "./complain.ts";
import { type AppContext, type AppName, runProcess } from "./run-process.ts";

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
  app: AppName,
  start: (context: AppContext) => Promise<void>,
  { named = {}, env = ownEnvironment(), hangMs }: AppOptions = {},
): Promise<void> {
  const configuration = prepare(app, named, env);
  // oxlint-disable-next-line unicorn/no-process-exit -- nothing is open yet
  if (typeof configuration === "number") process.exit(configuration);
  const startCounting = async (context: AppContext): Promise<void> => {
    addProcessMetrics(context.metrics, { app, version: context.version });
    await start(context);
  };
  await runProcess(app, startCounting, { configuration, env, hangMs });
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
