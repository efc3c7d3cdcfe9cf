import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Database, type Lease, listTasks, openDatabase } from "@dwld/queue";
import { claimTask, settleDownload } from "@dwld/queue/testing";
import { TaskState } from "@dwld/rpc";
import { type Dwld, startDwld } from "@dwld/testbed";
import { compare, type Finding, type Question } from "../finding.ts";
import { measurePairs } from "../pairs.ts";
import { digits } from "../quantity.ts";
import { commonChat, seedHistory, rareChat } from "../world/seed-history.ts";

const rounds = 9;
const shortPast = 1000;

/** Measures the same calls on a table with a long history and on one with a short history. */
export const measureHistory: Question = async ({ quick, say }) => {
  const longPast = quick ? 100_000 : 1_000_000;
  const folder = await mkdtemp(join(tmpdir(), "history-"));
  const paths = { long: join(folder, "long.sqlite"), short: join(folder, "short.sqlite") };
  say(`history: making ${digits(longPast)} tasks`);
  await seedHistory(paths.long, longPast);
  await seedHistory(paths.short, shortPast);
  const beside = `with ${digits(shortPast)}`;
  const row = async (what: string, calls: number, measureLong: Measure, measureShort: Measure): Promise<Finding> => {
    say(`history: ${what}`);
    // Warms up both tables.
    await measureLong(calls);
    await measureShort(calls);
    const pairs = await measurePairs(
      rounds,
      () => measureLong(calls),
      () => measureShort(calls),
    );
    return compare({
      what: `${what}, ${digits(longPast)} finished tasks`,
      pairs,
      unit: "ms",
      beside,
      target: { atMost: 1.5 },
    });
  };
  return [...(await askTable(paths, row)), ...(await askApi(paths, row))];
};

/** Returns the ms of one call. */
type Measure = (calls: number) => Promise<number>;
type Row = (what: string, calls: number, long: Measure, short: Measure) => Promise<Finding>;
type Paths = { long: string; short: string };

async function askTable(paths: Paths, row: Row): Promise<Finding[]> {
  const long = await openDatabase({ path: paths.long });
  const short = await openDatabase({ path: paths.short });
  try {
    const findings = [await row("claim, with its commit", 50, claiming(long), claiming(short))];
    for (const [what, filter] of Object.entries(lists)) {
      const list = (database: Database) =>
        repeated(async () => await listTasks(database, { scope: "all", ...filter }, { limit: 50 }));
      findings.push(await row(`list ${what}, table alone`, 50, list(long), list(short)));
    }
    return findings;
  } finally {
    await long.close();
    await short.close();
  }
}

const lists = {
  "of all": { states: [] },
  "by state": { states: ["FAILED"] },
  "by chat": { states: [], chatId: commonChat },
  "by a chat seldom seen": { states: [], chatId: rareChat },
  "by state and chat": { states: ["DONE"], chatId: commonChat },
} as const;

/** Measures claims; the task is released after each, which is not measured. */
function claiming(database: Database): Measure {
  return async (calls) => {
    let elapsedMs = 0;
    for (let call = 0; call < calls; call += 1) {
      const startMs = performance.now();
      const lease = await claimTask(database, "download", { processId: "bench", defaultSiteParallel: 2 }, Date.now());
      elapsedMs += performance.now() - startMs;
      await giveBack(database, lease);
    }
    return elapsedMs / calls;
  };
}

async function giveBack(database: Database, lease: Lease | undefined): Promise<void> {
  if (lease === undefined) throw new Error("There was nothing to claim.");
  await settleDownload(database, lease, { outcome: "interrupted" }, Date.now());
}

async function askApi(paths: Paths, row: Row): Promise<Finding[]> {
  const served = (path: string) => startDwld({ apps: ["api"], configuration: { database: { path } } });
  await using long = await served(paths.long);
  await using short = await served(paths.short);
  const list = ({ client }: Dwld) =>
    repeated(() => client.listTasks({ filter: { states: [TaskState.DONE] }, pageSize: 50 }));
  const status = ({ client }: Dwld) => repeated(() => client.getStatus({}));
  return [
    await row("ListTasks by state, through the api", 30, list(long), list(short)),
    await row("GetStatus, through the api", 30, status(long), status(short)),
  ];
}

function repeated(call: () => unknown): Measure {
  return async (calls) => {
    const startMs = performance.now();
    for (let made = 0; made < calls; made += 1) await call();
    return (performance.now() - startMs) / calls;
  };
}
