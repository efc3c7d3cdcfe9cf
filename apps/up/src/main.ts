import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { type AppContext, type AppOptions, commandName, configurationArguments, type Named, runApp } from "@dwld/daemon";
import { logFileNames, logFolder } from "./log/log-files.ts";
import { openUpLog, type UpLog } from "./log/up-log.ts";
import { startMemcached } from "./memcached.ts";
import { keepRecord, untilPredecessorEnded } from "./predecessor.ts";
import { greeting } from "./screen/greeting.ts";
import { untilStarted } from "./start-facts.ts";
import { superviseApps } from "./supervise-apps.ts";

/** The apps allow themselves ten seconds beyond the grace; whoever waits for them has to wait longer. */
const hangMs = 20_000;

/** The process `dwld up`. */
export async function run(options: AppOptions): Promise<void> {
  let log: UpLog | undefined;
  await runApp("up", (context) => startUp(context, options.named ?? {}, () => log), {
    ...options,
    hangMs,
    openLog: (configuration, env) => (log = openUpLog(configuration, env)),
  });
}

async function startUp(
  { configuration, logger, shutdown, version }: AppContext,
  named: Named,
  log: () => UpLog | undefined,
): Promise<void> {
  mkdirSync(configuration.data, { recursive: true, mode: 0o750 });
  const missing: string[] = [];
  const memcached = await startMemcached(configuration, process.env, logger);
  if (memcached === "missing") missing.push("memcached is not installed: progress is up to 5 s older");
  else if (memcached !== undefined) shutdown.defer("memcached", () => memcached.stop());
  const patienceMs = configuration.shutdown.graceSeconds * 1000 + hangMs;
  await untilPredecessorEnded(configuration.data, { logger, signal: shutdown.stopping, patienceMs });
  if (shutdown.stopping.aborted) return;
  const record = keepRecord(configuration.data);
  const settings = configurationArguments(named);
  const apps = superviseApps({
    // The command that this process was started as runs each app.
    command: [process.execPath, process.argv[1] ?? ""],
    argv: settings,
    // Here it is this process that writes for a person.
    env: { ...process.env, DWLD_LOG_FORMAT: "json" },
    logger,
    onStart: (pid) => {
      record.started(pid);
    },
    onLine: (line) => log()?.write(line),
    onFailure: (error) => {
      shutdown.fail(error);
    },
  });
  shutdown.defer("apps", () => apps.stop());
  missing.push(...(await untilStarted(configuration, shutdown.stopping)));
  if (shutdown.stopping.aborted) return;
  const command = commandName(process.cwd(), process.env);
  const logFile = join(logFolder(configuration.data), logFileNames[0]);
  log()?.greet(greeting({ version, configuration, command, settings, logFile, missing }));
  logger.info({ grpc: configuration.api.listen, http: configuration.api.http, missing }, "all apps were started");
}
