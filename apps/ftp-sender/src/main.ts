import { type AppContext, type AppOptions, runApp, serveHealth } from "@dwld/daemon";
import { openProgressCache } from "@dwld/progress";
import {
  checkTable,
  enterProcess,
  evictedMessage,
  logFacts,
  openDatabase,
  type TaskRow,
  whileWorking,
} from "@dwld/queue";
import { startDelivery } from "@dwld/delivery";
import { startKeeping } from "./keep-task.ts";
import { openFtpDestination } from "./ftp/ftp-destination.ts";

export const run = async (options: AppOptions): Promise<void> => runApp("ftp-sender", startSender, options);

async function startSender(context: AppContext): Promise<void> {
  const { configuration, logger, shutdown, version } = context;
  const { ftp } = configuration;
  const database = await openDatabase(configuration.database.path, whileWorking({ logger, shutdown }));
  shutdown.defer("database", () => database.close());
  const cache = openProgressCache(configuration.cache.servers);
  shutdown.defer("cache", () => cache.close());
  const onError = (error: unknown, task?: TaskRow) => {
    logger.error({ ...(task === undefined ? {} : logFacts(task)), err: error }, "ftp-sender");
  };
  const onEvicted = () => {
    logger.warn({}, evictedMessage);
    sender.wake();
  };
  const self = { app: "ftp-sender", version, pid: process.pid } as const;
  const presence = await enterProcess(database, self, { onError, onEvicted });
  shutdown.defer("presence", () => presence.leave());
  const parts = { database, cache, logger, presence, onError };
  const sender =
    ftp === undefined
      ? startKeeping(parts, configuration.worker.downloads)
      : startDelivery(parts, {
          destination: openFtpDestination(ftp),
          rules: ftp,
          parallel: ftp.parallel,
          giveUpAfterMs: ftp.giveUpAfterHours * 3_600_000,
        });
  shutdown.defer("uploads", () => sender.stop(shutdown.killing));
  const health = await serveHealth(context, "ftp-sender", [
    { name: "database", check: () => checkTable(database) },
    { name: "ftp", check: sender.check },
  ]);
  logger.info({ health: health.address, delivery: ftp === undefined ? "off" : `${ftp.host}:${ftp.port}` }, "ready");
}
