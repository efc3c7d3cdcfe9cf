import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  type Dwld,
  type FtpServer,
  type Memcached,
  type SampleSite,
  startDwld,
  startMemcached,
  startSampleSite,
  startVsftpd,
} from "@dwld/testbed";

/** The system under test: `dwld up`, a second worker, and the servers around them. */
export type System = AsyncDisposable & {
  site: SampleSite;
  ftp: FtpServer;
  memcached: Memcached;
  /** `dwld up` with api, worker and sender. */
  dwld: Dwld;
  /** A second worker of the same task table, without `dwld up`. */
  second: Dwld;
};

/** Rows of the sample site: the videos that can be asked for, and how their server behaves. */
export const rows = [
  { name: "small", sizeBytes: 60_000 },
  { name: "large", sizeBytes: 900_000, throttleBytesPerSecond: 400_000 },
  { name: "stream", format: "hls", seconds: 4 },
  { name: "breaking", sizeBytes: 300_000, dropAtByte: 150_000, dropTimes: 10 },
  { name: "removed", page: { kind: "status", status: 404 } },
] as const;

export type Row = (typeof rows)[number]["name"];

export async function startSystem(): Promise<System> {
  const stack = new AsyncDisposableStack();
  try {
    const folder = await mkdtemp(join(tmpdir(), "dwld-chaos-"));
    stack.defer(() => rm(folder, { recursive: true, force: true }));
    const site = stack.use(await startSampleSite({ videos: rows }));
    const ftp = stack.use(await startVsftpd());
    const memcached = stack.use(await startMemcached());
    const configuration = {
      data: join(folder, "data"),
      cache: { servers: [memcached.server] },
      ftp: ftp.configuration,
      shutdown: { graceSeconds: 1 },
    };
    const dwld = stack.use(await startDwld({ apps: ["up"], configuration, until: "alive" }));
    const second = stack.use(await startDwld({ apps: ["worker"], configuration, until: "alive" }));
    const started = stack.move();
    return { site, ftp, memcached, dwld, second, [Symbol.asyncDispose]: () => started.disposeAsync() };
  } catch (error) {
    await stack.disposeAsync();
    throw error;
  }
}

/** Returns the path of the task table. */
export function tableOf({ dwld }: System): string {
  return join(dwld.data, "dwld.sqlite");
}
