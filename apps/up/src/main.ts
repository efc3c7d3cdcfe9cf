import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { commandName, runApp } from "@dwld/daemon";
import { logFileNames, logFolder } from "./log/log-files.ts";
import { openUpLog, type UpLog } from "./log/up-log.ts";
import { startMemcached } from "./memcached.ts";
import { keepRecord, untilPredecessorEnded } from "./predecessor.ts";
import { greeting } from "./screen/greeting.ts";
import { untilStarted } from "./start-facts.ts";
import { superviseApps } from "./supervise-apps.ts";

/** The apps allow themselves ten seconds beyond the grace; whoever waits for them has to wait longer. */
const hangMs = 20_000;

let log: UpLog | undefined;

await runApp(
  "up",
  async ({ configuration, logger, shutdown, version }) => {
    mkdirSync(configuration.data, { recursive: true, mode: 0o750 });
    const missing: string[] = [];
    const memcached = await startMemcached(configuration, process.env, logger);
    if (memcached === "missing") missing.push("memcached is not installed: progress is up to 5 s older");
    else if (memcached !== undefined) shutdown.defer("memcached", () => memcached.stop());
    const patienceMs = configuration.shutdown.graceSeconds * 1000 + hangMs;
    await untilPredecessorEnded(configuration.data, { logger, signal: shutdown.stopping, patienceMs });
    if (shutdown.stopping.aborted) return;
    const record = keepRecord(configuration.data);
    const apps = superviseApps({
      argv: process.argv.slice(2),
      // Here it is this process that writes for a person.
      env: { ...process.env, DWLD_LOG_FORMAT: "json" },
      logger,
      onStart: (pid) => {
        record.started(pid);
      },
      onLine: (line) => log?.write(line),
      onFailure: (error) => {
        shutdown.fail(error);
      },
    });
    shutdown.defer("apps", () => apps.stop());
    missing.push(...(await untilStarted(configuration, shutdown.stopping)));
    if (shutdown.stopping.aborted) return;
    const command = commandName(process.cwd(), process.env);
    const settings = process.argv.slice(2);
    const logFile = join(logFolder(configuration.data), logFileNames[0]);
    log?.greet(greeting({ version, configuration, command, settings, logFile, missing }));
    logger.info({ grpc: configuration.api.listen, http: configuration.api.http, missing }, "all apps were started");
  },
  { hangMs, openLog: (configuration, env) => (log = openUpLog(configuration, env)) },
);
