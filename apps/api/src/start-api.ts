import {
  type AppContext,
  cacheUp,
  type Configuration,
  databaseUp,
  deliveryOf,
  formatAddress,
  ownHost,
  readSecretFile,
  serveHealth,
  settingsOf,
  untilThere,
} from "@dwld/daemon";
import { layout } from "@dwld/layout";
import { openProgressCache } from "@dwld/progress";
import {
  DatabaseError,
  isTableAway,
  registerProcess,
  openDatabase,
  sealKey,
  watchHosts,
  whileAnswering,
} from "@dwld/queue";
import { ClientCertificates } from "./access/client-certificates.ts";
import { Gate } from "./access/gate.ts";
import { refuseOpenAddresses } from "./access/open-addresses.ts";
import { TokenTable } from "./access/token-table.ts";
import { botProtocols } from "./bot-protocols.ts";
import { databaseCheck } from "./database-check.ts";
import { describeDestination, pathBy } from "./messages/destination.ts";
import { readProcesses } from "./machine/living-processes.ts";
import { LocalFiles } from "./machine/local-files.ts";
import { DiskGauge } from "./machine/disk-gauge.ts";
import type { ServiceContext } from "./download-service/context.ts";
import { type Listeners, startListeners } from "./listeners/listeners.ts";
import { Page } from "./page/page.ts";
import { TrustedProxies } from "./access/trusted-proxies.ts";
import { downloaderLoad } from "./registration/downloader-load.ts";
import { certificateOf } from "./notify/certificate.ts";
import { Notify } from "./notify/notify.ts";
import { Registrations } from "./registration/registrations.ts";
import { RpcCounts } from "./listeners/rpc-counts.ts";
import { addRoutes } from "./routes.ts";
import { Seal } from "./rules/seal.ts";
import { usableSocket } from "./listeners/usable-socket.ts";
import { Sensors } from "./machine/sensors.ts";
import { Limits } from "./limits/limits.ts";
import { addTableMetrics } from "./metrics/table-metrics.ts";
import { boundsBy } from "./messages/task-bounds.ts";
import { WaitReader } from "./wait/wait-reader.ts";
import { TaskFeed } from "./watch/task-feed.ts";

/** Wires and starts the parts of the api, the listeners last. The shutdown releases them in the opposite order. */
export async function startApi(app: AppContext): Promise<void> {
  const { configuration, settings, logger, shutdown, version, metrics } = app;
  const { stopping, killing } = shutdown;
  const tellUp = databaseUp(metrics);
  const whenThere = <Result>(step: () => Promise<Result>) =>
    untilThere(app, { app: "api", name: "database", isAbsence: isTableAway }, step);
  const options = { ...whileAnswering({ logger, shutdown }), readSecret: readSecretFile };
  const opened = await whenThere(() => openDatabase(configuration.database, options));
  const database = shutdown.register("database", opened);
  tellUp(database);
  const cache = shutdown.register("cache", openProgressCache(configuration.cache.servers));
  cacheUp(metrics, cache, configuration.cache.servers);
  const host = ownHost(configuration);
  const registered = await registerProcess(
    database,
    { app: "api", host, version, pid: process.pid },
    {
      onError: (error) => {
        // The database logs its own trouble once; here it would be logged with each heartbeat.
        const level = error instanceof DatabaseError ? "debug" : "warn";
        logger[level]({ err: error }, "the heartbeat could not be written");
      },
    },
  );
  shutdown.register("process registry", registered);
  const onError = (error: unknown) => {
    logger.debug({ err: error }, "the other hosts could not be watched");
  };
  shutdown.register(
    "hosts",
    watchHosts({ lostAfterHours: () => settings().hosts.lostAfterHours, database, registered, logger, onError }),
  );
  const tokens = shutdown.register(
    "tokens",
    await whenThere(() => TokenTable.open(database, { logger, now: Date.now })),
  );
  const sensors = shutdown.register("sensors", new Sensors(logger));

  const disk = new DiskGauge(configuration.worker.downloads, logger);
  // So that the first call finds it.
  await disk.read();

  const registrations = new Registrations(settings().register, {
    protocols: botProtocols,
    downloader: {
      get sites() {
        return settings().sites;
      },
      ...{ version, startedAtMs: Date.now(), now: Date.now },
    },
    load: () => downloaderLoad({ database, disk, now: Date.now }),
    isLast: async () => {
      const { processes } = await readProcesses(database, host.name, Date.now());
      return !processes.some(({ row, isAlive }) => row.app === "api" && row.id !== registered.processId && isAlive);
    },
    logger,
    random: Math.random,
  });
  const boundsOf: ServiceContext["boundsOf"] = (row) => boundsBy(settings())(row);
  const deliveredBy = deliveryOf(settings()).by;
  const waits = new WaitReader(database, {
    defaultSiteParallel: () => settings().defaultSite.parallel,
    ...{ deliveredBy, host: host.name, now: Date.now },
  });
  const localFiles = new LocalFiles(configuration.worker.downloads, host.name);
  const limits = new Limits(() => settings().limits, { logger, now: Date.now, monotonicMs: () => performance.now() });
  const feed = new TaskFeed({ database, boundsOf, localFiles, waits }, cache, { logger, now: Date.now });
  const notify = new Notify({
    settings: () => settings().notify,
    sources: { database, boundsOf, localFiles, waits, cache, logger },
    ...{ deliveredBy, host: host.name, logger, now: Date.now },
    processId: () => registered.processId,
    certificate: certificateOf(configuration.api.tls, Date.now),
  });
  addTableMetrics(metrics, { database, host, waits, limits, configuration: settings, now: Date.now });
  const context: ServiceContext = {
    database,
    tokens,
    seal: new Seal(await whenThere(() => sealKey(database))),
    cache,
    feed,
    sensors,
    disk,
    get diskBounds() {
      return settings().worker;
    },
    get sites() {
      return settings().sites;
    },
    bots: () => registrations.statuses(),
    boundsOf,
    localFiles,
    waits,
    limits,
    notify,
    stagesOf: (site) => settingsOf(settings(), site).stages,
    pathOf: (task, seesMachine) => pathBy(deliveryOf(settings()))(task, seesMachine),
    get destination() {
      return describeDestination(deliveryOf(settings()));
    },
    host: host.name,
    version,
    logger,
    stopping,
    now: Date.now,
  };

  const open: { listeners?: Listeners } = {};
  const health = await serveHealth(app, "api", [
    databaseCheck(database),
    {
      name: "listeners",
      check: () => (open.listeners?.listening() === true ? { ok: true } : { ok: false, reason: "not open" }),
    },
  ]);
  const ready = async (): Promise<boolean> => (await health.ready()).ok;
  const proxies = new TrustedProxies(configuration.api.trustedProxies);
  const places = { ...configuration.api, socket: usableSocket(configuration, logger) };
  const certificates = new ClientCertificates(() => settings().api.tls?.clientCertificates ?? [], Date.now);
  const gate = new Gate(() => settings().api.tokens, { tokens, certificates }, logger);
  const refuseOpen = ({ api }: Configuration) => {
    refuseOpenAddresses(api, gate.wouldAskIn(api.tokens));
  };
  refuseOpen(settings());
  const page = new Page(layout.page, context);
  if (!page.isBuilt)
    logger.info(`there is no page for browsers in ${layout.page}: "make page" builds it, for the next start`);
  const listeners = await startListeners(places, limits, {
    routes: (router) => {
      addRoutes(router, context, { ready, stopping });
    },
    gate,
    page,
    proxies,
    logger,
    counts: new RpcCounts(metrics),
    killing,
  });
  open.listeners = listeners;
  shutdown.register("listeners", listeners);
  const [grpc, http] = [listeners.grpc, listeners.http].map(({ address }) => formatAddress(address));
  logger.info({ grpc, http, socket: listeners.socket?.address }, "listening");
  registrations.start();
  shutdown.register("registrations", registrations);
  notify.start();
  shutdown.register("notify", notify);
  app.onReload({
    check: refuseOpen,
    take: async ({ register }) => {
      gate.askNow();
      certificates.review();
      await registrations.replace(register);
    },
    report: (trouble) => {
      registered.setTrouble("configuration", trouble);
    },
  });
}
