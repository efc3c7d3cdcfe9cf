import {
  type AppContext,
  cacheUp,
  type CheckResult,
  databaseUp,
  deliveryOf,
  ownHost,
  readSecretFile,
  serveHealth,
  untilThere,
} from "@dwld/daemon";
import { startDelivery } from "@dwld/delivery";
import { openProgressCache } from "@dwld/progress";
import {
  checkTable,
  registerProcess,
  evictedMessage,
  isTableAway,
  logFacts,
  openDatabase,
  type TaskRow,
  watchHosts,
  whileWorking,
} from "@dwld/queue";
import { createFtpDestination } from "./ftp/ftp-destination.ts";
import { readPassword, serverSettings } from "./ftp/open-connection.ts";

/** Wires and starts the parts of the sender. The shutdown releases them in the opposite order. */
export async function startSender(context: AppContext): Promise<void> {
  const { configuration, settings, logger, shutdown, version, metrics } = context;
  const { ftp } = settings();
  const tellUp = databaseUp(metrics);
  const database = shutdown.register(
    "database",
    await untilThere(context, { app: "ftp-sender", name: "database", isAbsence: isTableAway }, () =>
      openDatabase(configuration.database, { ...whileWorking({ logger, shutdown }), readSecret: readSecretFile }),
    ),
  );
  tellUp(database);
  const cache = shutdown.register("cache", openProgressCache(configuration.cache.servers));
  cacheUp(metrics, cache, configuration.cache.servers);
  const onError = (error: unknown, task?: TaskRow) => {
    logger.error({ ...(task === undefined ? {} : logFacts(task)), err: error }, "ftp-sender");
  };
  const onEvicted = () => {
    logger.warn({}, evictedMessage);
    delivery?.wake();
  };
  const self = { app: "ftp-sender", host: ownHost(configuration), version, pid: process.pid } as const;
  const registered = shutdown.register(
    "process registry",
    await registerProcess(database, self, { onError, onEvicted }),
  );
  const observing = { database, registered, logger, onError };
  shutdown.register("hosts", watchHosts({ ...observing, lostAfterHours: () => settings().hosts.lostAfterHours }));
  const parts = { database, cache, logger, registered, metrics, onError };
  // With delivery off, the worker delivers. A reload changes neither that nor the server.
  const server = ftp && (() => serverSettings(settings().ftp ?? ftp));
  // An unreadable file ends the start.
  if (server !== undefined) readPassword(server());
  const delivery =
    server &&
    shutdown.register(
      "uploads",
      startDelivery(parts, createFtpDestination(server), () => deliveryOf(settings())),
    );
  const isOff = (): CheckResult => ({ ok: true, detail: "delivery is off" });
  const health = await serveHealth(context, "ftp-sender", [
    { name: "database", check: async () => await checkTable(database) },
    { name: "ftp", check: delivery?.check ?? isOff },
  ]);
  context.onReload({
    check: (next) => {
      if (next.ftp !== undefined) readPassword(serverSettings(next.ftp));
    },
    take: () => delivery?.wake(),
    report: (trouble) => {
      registered.setTrouble("configuration", trouble);
    },
  });
  logger.info({ health: health.address, delivery: ftp === undefined ? "off" : deliveryOf(settings()).to }, "ready");
}
