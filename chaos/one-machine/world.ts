import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Dwld, ProgramError, startDwld, startMemcached, startSampleSite, startVsftpd } from "@dwld/testbed";
import { OrphanWatch } from "../faults/orphan-watch.ts";
import { rows, type World } from "../world.ts";
import { faultsOfOneMachine } from "./faults.ts";
import { openSqliteTable } from "./sqlite-table.ts";

/** Starts `dwld up`, a second worker, and one SQLite table for both. */
export async function startOneMachine(): Promise<World> {
  await using stack = new AsyncDisposableStack();
  const folder = await mkdtemp(join(tmpdir(), "dwld-chaos-"));
  stack.defer(() => rm(folder, { recursive: true, force: true }));
  const data = join(folder, "data");
  const site = stack.use(await startSampleSite({ videos: rows }));
  const ftp = stack.use(await startVsftpd());
  const memcached = stack.use(await startMemcached());
  const configuration = {
    data,
    cache: { servers: [memcached.server] },
    ftp: ftp.configuration,
    shutdown: { graceSeconds: 1 },
  };
  const dwld = stack.use(await startDwld({ apps: ["up"], configuration, until: "alive" }));
  const second = stack.use(await startDwld({ apps: ["worker"], configuration, until: "alive" }));
  const table = stack.use(openSqliteTable(join(data, "dwld.sqlite")));
  const orphans = new OrphanWatch();
  const started = stack.move();
  return {
    sites: [site],
    siteParallel: 1,
    ftp,
    table,
    clients: [dwld.client],
    placesOf: (path) => [path],
    data: () => [data],
    lanes: [faultsOfOneMachine({ dwld, second, memcached, ftp, orphans })],
    orphans,
    end: async () => (await Promise.all([dwld, second].map(endOf))).flat(),
    [Symbol.asyncDispose]: () => started.disposeAsync(),
  };
}

/** Ends it, and returns what the testbed has against its end. */
async function endOf(dwld: Dwld): Promise<string[]> {
  try {
    await dwld.stop();
    return [];
  } catch (error) {
    if (!(error instanceof ProgramError || error instanceof AggregateError)) throw error;
    return [error.message];
  }
}
