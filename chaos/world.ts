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

/** Everything that runs: `dwld up`, a second worker, and what is around them. */
export type World = AsyncDisposable & {
  site: SampleSite;
  ftp: FtpServer;
  memcached: Memcached;
  /** api, worker and sender, below `dwld up`. */
  dwld: Dwld;
  /** The second worker, of the same task table, on its own. */
  second: Dwld;
};

/** Rows of the sample site: what can be asked for, and how it behaves. */
export const rows = [
  { name: "small", sizeBytes: 60_000 },
  { name: "large", sizeBytes: 900_000, throttleBytesPerSecond: 400_000 },
  { name: "stream", format: "hls", seconds: 4 },
  { name: "breaking", sizeBytes: 300_000, dropAtByte: 150_000, dropTimes: 10 },
  { name: "removed", page: { kind: "status", status: 404 } },
] as const;

export type Row = (typeof rows)[number]["name"];

export async function startWorld(): Promise<World> {
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

/** The task table's file. */
export function tableOf({ dwld }: World): string {
  return join(dwld.data, "dwld.sqlite");
}
