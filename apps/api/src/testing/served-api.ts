import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createClient, createRouterTransport } from "@connectrpc/connect";
import {
  type Configuration,
  createLogger,
  formatAddress,
  type Logger,
  Metrics,
  parseConfiguration,
} from "@dwld/daemon";
import { sealKey } from "@dwld/queue";
import { openTableIn } from "@dwld/queue/testing";
import { DownloadService } from "@dwld/rpc";
import { makeCertificate } from "@dwld/testbed";
import { ClientCertificates } from "../access/client-certificates.ts";
import { Gate, setAdmission, type TokenMode } from "../access/gate.ts";
import { type Identity, localIdentity } from "../access/identity.ts";
import { TrustedProxies } from "../access/trusted-proxies.ts";
import { TokenTable } from "../access/token-table.ts";
import { LocalFiles } from "../machine/local-files.ts";
import { DiskGauge } from "../machine/disk-gauge.ts";
import type { ServiceContext } from "../download-service/context.ts";
import { startListeners } from "../listeners/listeners.ts";
import type { LiveProgress } from "@dwld/progress";
import type { ProgressReader } from "../messages/live-progress.ts";
import { TaskUrls } from "../notify/task-urls.ts";
import { routerOptions } from "../listeners/router-options.ts";
import { RpcCounts } from "../listeners/rpc-counts.ts";
import { Limits } from "../limits/limits.ts";
import { Page } from "../page/page.ts";
import { addRoutes } from "../routes.ts";
import { Seal } from "../rules/seal.ts";
import { Sensors } from "../machine/sensors.ts";
import { TaskFeed } from "../watch/task-feed.ts";
import { WaitReader } from "../wait/wait-reader.ts";

/** For tests: live progress that the test itself writes. */
class ProgressInMemory implements ProgressReader {
  readonly live = new Map<string, LiveProgress>();

  get(ids: readonly string[]): Promise<ReadonlyMap<string, LiveProgress>> {
    return Promise.resolve(new Map([...this.live].filter(([id]) => ids.includes(id))));
  }

  state(): string {
    return "ok";
  }
}

const unbounded = () => ({});

/** For tests: limits as they are written in a configuration. */
export function testLimits(
  written: string,
  logger: Pick<Logger, "warn">,
  monotonicMs = () => performance.now(),
): Limits {
  const { limits } = parseConfiguration(written, { file: "/etc/dwld/dwld.yaml" });
  return new Limits(() => limits, { logger, now: Date.now, monotonicMs });
}

/** For tests: a real database in a folder of its own, and everything the methods work with. Ended by `close`. */
export async function openContext(changes: Partial<ServiceContext> = {}) {
  const folder = await mkdtemp(join(tmpdir(), "dwld-api-"));
  const { database, remove } = await openTableIn(folder);
  const cache = new ProgressInMemory();
  const logLines: string[] = [];
  const logger = createLogger({ level: "info", app: "api" }, { write: (line) => void logLines.push(line) });
  const stopping = new AbortController();
  const sensors = new Sensors(logger, []);
  const tokens = await TokenTable.open(database, { logger, now: changes.now ?? Date.now });
  const waits = new WaitReader(database, {
    defaultSiteParallel: () => 1,
    deliveredBy: "ftp-sender",
    host: "here",
    now: changes.now ?? Date.now,
  });
  const limits = testLimits("", logger);
  const localFiles = new LocalFiles(folder, "here");
  const context: ServiceContext = {
    database,
    tokens,
    seal: new Seal(await sealKey(database)),
    cache,
    feed: new TaskFeed(
      { database, boundsOf: changes.boundsOf ?? unbounded, localFiles, waits },
      changes.cache ?? cache,
      {
        logger,
        now: changes.now ?? Date.now,
      },
    ),
    sensors,
    disk: new DiskGauge(folder, logger),
    diskBounds: { minFreeBytes: 0 },
    sites: {},
    bots: () => [],
    boundsOf: unbounded,
    localFiles,
    waits,
    limits,
    notify: { taskUrls: new TaskUrls([]), targetNames: [], tryTargets: () => Promise.resolve([]) },
    stagesOf: () => ["default"],
    pathOf: ({ userName }, seesMachine) => `${seesMachine ? "ftp://nas/" : ""}${userName}`,
    destination: "",
    host: "here",
    version: "0.0.0",
    logger,
    stopping: stopping.signal,
    now: Date.now,
    ...changes,
  };
  return {
    context,
    cache,
    logger,
    logLines,
    folder,
    stop: () => {
      stopping.abort();
    },
    close: async () => {
      stopping.abort();
      sensors.close();
      await tokens.close();
      await database.close();
      await remove();
      await rm(folder, { recursive: true });
    },
  };
}

/** For tests: counts that nobody reads. */
export const testCounts = (): RpcCounts => new RpcCounts(new Metrics());

/** For tests: a client of the service without a network, for an identity. */
export function connectInMemory(
  { context, logger }: Pick<OpenedContext, "context" | "logger">,
  identity: Identity = localIdentity,
) {
  const transport = createRouterTransport(
    (router) => {
      addRoutes(router, context, { ready: () => Promise.resolve(true), stopping: context.stopping });
    },
    { router: admitting(identity, routerOptions(logger, testCounts())) },
  );
  return createClient(DownloadService, transport);
}

/** For tests: admits an identity, since in memory there is no listener that does. */
export function admitting(identity: Identity, options: ReturnType<typeof routerOptions>): typeof options {
  return {
    ...options,
    requestGate: (call) => {
      setAdmission(call.values, identity);
      return options.requestGate?.(call);
    },
  };
}

export type OpenedContext = Awaited<ReturnType<typeof openContext>>;

type TlsSettings = NonNullable<Configuration["api"]["tls"]>;

type Serving = {
  hosts?: string[];
  trustedProxies?: string[];
  tokens?: TokenMode;
  tls?: TlsSettings;
  /** The folder of a page; undefined: none was built. */
  page?: string;
  counts?: RpcCounts;
};

/** For tests: the same behind real listeners. */
export async function serveApi(changes: Partial<ServiceContext> = {}, serving: Serving = {}) {
  return serve(await openContext(changes), serving);
}

/** For tests: the gate of a context. */
export function testGate(
  { context, logger }: Pick<OpenedContext, "context" | "logger">,
  mode: TokenMode = "auto",
  listed: NonNullable<TlsSettings["clientCertificates"]> = [],
): Gate {
  return new Gate(
    () => mode,
    { tokens: context.tokens, certificates: new ClientCertificates(() => listed, context.now) },
    logger,
  );
}

/** For tests: the page in a folder; undefined: none was built. */
export function testPage({ folder, context }: Pick<OpenedContext, "folder" | "context">, page?: string): Page {
  return new Page(page ?? join(folder, "no-page"), context);
}

/** For tests: the same over TLS, with the files of its certificate and what clients trust. */
export async function serveApiOverTls(
  changes: Partial<ServiceContext> = {},
  { clients, ...serving }: Serving & { clients?: Pick<TlsSettings, "clientCaFile" | "clientCertificates"> } = {},
) {
  const opened = await openContext(changes);
  const { certificateFile, keyFile } = await makeCertificate(opened.folder);
  const tls = { certificateFile, keyFile, minVersion: "TLSv1.2", ...clients } as const;
  return { ...(await serve(opened, { ...serving, tls })), tls, ca: await readFile(certificateFile) };
}

async function serve(
  opened: OpenedContext,
  { hosts = [], trustedProxies = [], tokens = "auto", page, counts = testCounts(), ...api }: Serving,
) {
  const proxies = new TrustedProxies(trustedProxies);
  const killing = new AbortController();
  const listeners = await startListeners(
    { listen: "127.0.0.1:0", http: "127.0.0.1:0", hosts, socket: join(opened.folder, "api.socket"), ...api },
    opened.context.limits,
    {
      routes: (router) => {
        addRoutes(router, opened.context, { ready: () => Promise.resolve(true), stopping: opened.context.stopping });
      },
      gate: testGate(opened, tokens, api.tls?.clientCertificates),
      page: testPage(opened, page),
      proxies,
      logger: opened.logger,
      counts,
      killing: killing.signal,
    },
  );
  const scheme = api.tls === undefined ? "http" : "https";
  return {
    ...opened,
    listeners,
    grpcUrl: `${scheme}://${formatAddress(listeners.grpc.address)}`,
    httpUrl: `${scheme}://${formatAddress(listeners.http.address)}`,
    kill: () => {
      killing.abort();
    },
    close: async () => {
      opened.stop();
      await listeners.close();
      await opened.close();
    },
  };
}
