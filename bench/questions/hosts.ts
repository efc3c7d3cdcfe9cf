import { randomUUID } from "node:crypto";
import { rm } from "node:fs/promises";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { type Dwld, type PostgresServer, processesBelow, startDwld, startSampleSite, startVsftpd } from "@dwld/testbed";
import { compare, type Question, state } from "../finding.ts";
import { readStat } from "../machine/process-stat.ts";
import { measureTurns, pairsOf, pick } from "../pairs.ts";
import { createTable, startBenchPostgres } from "../world/bench-postgres.ts";
import { msUntilDone } from "../world/done-tasks.ts";

const sizeBytes = 2_000_000;
/** 200 Mbit/s for each download: a host that waits for its lines has no use for all of its cores. */
const lineBytesPerSecond = 25_000_000;
const parallel = availableParallelism();
const rounds = 2;

const fleets = { "one host": 1, "two hosts": 2, "three hosts": 3 } as const;
type Fleet = keyof typeof fleets;

/** Time, CPU and commits of a fleet for all of its videos. */
type Used = { elapsedMs: number; databaseCpuMs: number; commits: number };

/**
 * Measures short videos over several hosts that share a table on PostgreSQL, each with a data folder, a worker and a sender
 * of its own. All run on this machine: hosts are added, and cores are not.
 */
export const measureHosts: Question = async ({ quick, say }) => {
  const count = quick ? 6 : 200;
  const names = Array.from({ length: count }, (_, index) => `short-${index}`);
  const videos = names.map((name) => ({ name, sizeBytes, throttleBytesPerSecond: lineBytesPerSecond }));
  await using site = await startSampleSite({ videos });
  await using ftp = await startVsftpd();
  await using server = await startBenchPostgres();
  const table = await createTable(server);
  const configuration = {
    database: { ...table.location },
    ftp: ftp.configuration,
    worker: { parallel },
    // All links are of one site, whose default limit would leave places empty.
    sites: { sample: { hosts: ["127.0.0.1"], parallel: parallel * fleets["three hosts"] } },
  };
  await using started = new AsyncDisposableStack();
  const hosts: Dwld[] = [];
  /** The number of hosts that run. */
  let running = 0;
  const haveRunning = async (wanted: number) => {
    while (hosts.length < wanted) {
      hosts.push(started.use(await startDwld({ apps: ["up"], configuration })));
      running += 1;
    }
    for (; running < wanted; running += 1) await hosts[running]?.restart("up");
    for (; running > wanted; running -= 1) await hosts[running - 1]?.kill("up", "SIGTERM");
  };
  const delivered = async (some = names): Promise<Used> => {
    const [first] = hosts;
    if (first === undefined) throw new Error("No host runs.");
    // A folder of its own, so that no name is taken.
    const userName = randomUUID();
    const links = some.map((name) => ({ link: site.pageLink(name), userName }));
    const before = { cpuMs: cpuOf(server), commits: await commitsOf(table) };
    const elapsedMs = await msUntilDone(first, links);
    const used = {
      elapsedMs,
      databaseCpuMs: cpuOf(server) - before.cpuMs,
      commits: (await commitsOf(table)) - before.commits,
    };
    await rm(join(ftp.root, userName), { recursive: true });
    return used;
  };
  const over = (fleet: Fleet) => async () => {
    say(`hosts: ${fleet}`);
    await haveRunning(fleets[fleet]);
    return await delivered();
  };

  // Each has loaded its yt-dlp then.
  await haveRunning(fleets["three hosts"]);
  await delivered(names.slice(0, 5 * fleets["three hosts"]));
  const turns = await measureTurns(quick ? 1 : rounds, {
    "three hosts": over("three hosts"),
    "two hosts": over("two hosts"),
    "one host": over("one host"),
  });
  const what = `${count} videos of 2 MB, each at 200 Mbit/s`;
  const ofVideo = (fleet: Fleet, part: "databaseCpuMs" | "commits") => turns.map((turn) => turn[fleet][part] / count);
  return [
    ...(["two hosts", "three hosts"] as const).map((fleet) =>
      compare({
        what: `${what}, ${fleet}`,
        unit: "ms",
        pairs: pick(pairsOf(turns, fleet, "one host"), ({ elapsedMs }) => elapsedMs),
        beside: "one host",
      }),
    ),
    state({ what: "CPU a video: PostgreSQL, one host", unit: "ms", values: ofVideo("one host", "databaseCpuMs") }),
    state({
      what: "CPU a video: PostgreSQL, three hosts",
      unit: "ms",
      values: ofVideo("three hosts", "databaseCpuMs"),
    }),
    state({ what: "commits a video on PostgreSQL, one host", unit: "count", values: ofVideo("one host", "commits") }),
    state({
      what: "commits a video on PostgreSQL, three hosts",
      unit: "count",
      values: ofVideo("three hosts", "commits"),
    }),
  ];
};

/** Returns the CPU time of all processes of a server since it was started, ms. */
function cpuOf({ data }: PostgresServer): number {
  return processesBelow(data)
    .map(({ pid }) => readStat(pid))
    .reduce((sum, stat) => sum + (stat === undefined ? 0 : stat.ownMs + stat.childrenMs), 0);
}

/** Returns the number of commits that changed the table, as its writers count them. */
async function commitsOf({ query }: Pick<Awaited<ReturnType<typeof createTable>>, "query">): Promise<number> {
  const [row] = await query("SELECT sum(committed) AS commits FROM writers");
  return Number(row?.["commits"]);
}
