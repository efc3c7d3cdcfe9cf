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
import { readSecret, startBenchPostgres } from "../world/bench-postgres.ts";
import { commonChat, seedHistory, rareChat } from "../world/seed-history.ts";
import { seedPostgresHistory } from "../world/seed-postgres-history.ts";

const rounds = 9;
const shortPast = 1000;

/** Measures the same calls on a table with a long history and on one with a short history, with either engine. */
export const measureHistory: Question = async ({ quick, say }) => {
  const longPast = quick ? 20_000 : 1_000_000;
  const beside = `with ${digits(shortPast)}`;
  const rowsOf =
    (engine: string): Row =>
    async (what, calls, measureLong, measureShort) => {
      say(`history: ${engine}${what}`);
      // Warms up both tables.
      await measureLong(calls);
      await measureShort(calls);
      const pairs = await measurePairs(
        rounds,
        () => measureLong(calls),
        () => measureShort(calls),
      );
      return compare({
        what: `${engine}${what}, ${digits(longPast)} finished tasks`,
        pairs,
        unit: "ms",
        beside,
        target: { atMost: 1.5 },
      });
    };
  const ask = async (tables: Tables, row: Row) => [...(await askTable(tables, row)), ...(await askApi(tables, row))];

  say(`history: making ${digits(longPast)} tasks`);
  const folder = await mkdtemp(join(tmpdir(), "history-"));
  const files = { long: { path: join(folder, "long.sqlite") }, short: { path: join(folder, "short.sqlite") } };
  await seedHistory(files.long.path, longPast);
  await seedHistory(files.short.path, shortPast);
  const onSqlite = await ask(files, rowsOf(""));

  say(`history: making ${digits(longPast)} tasks on PostgreSQL`);
  await using server = await startBenchPostgres();
  const long = await seedPostgresHistory(server, longPast);
  const short = await seedPostgresHistory(server, shortPast);
  return [...onSqlite, ...(await ask({ long: long.location, short: short.location }, rowsOf("PostgreSQL: ")))];
};

/** Returns the ms of one call. */
type Measure = (calls: number) => Promise<number>;
type Row = (what: string, calls: number, long: Measure, short: Measure) => Promise<Finding>;
type Table = Database["location"];
type Tables = { long: Table; short: Table };

async function askTable(tables: Tables, row: Row): Promise<Finding[]> {
  const long = await openDatabase(tables.long, { readSecret });
  const short = await openDatabase(tables.short, { readSecret });
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

async function askApi(tables: Tables, row: Row): Promise<Finding[]> {
  const served = (database: Table) => startDwld({ apps: ["api"], configuration: { database } });
  await using long = await served(tables.long);
  await using short = await served(tables.short);
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
