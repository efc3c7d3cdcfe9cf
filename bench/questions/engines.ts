import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createDatabase, type PostgresServer } from "@dwld/testbed";
import { compare, type Finding, type Question } from "../finding.ts";
import { measurePairs, measureTurns, pairsOf } from "../pairs.ts";
import { createTable, startBenchPostgres } from "../world/bench-postgres.ts";
import { type QueueToOpen, startQueueUsers } from "../world/queues.ts";

/** Processes that add, and the callers of each. */
const adders = [
  { processes: 1, callers: 1 },
  { processes: 1, callers: 16 },
  { processes: 1, callers: 64 },
  { processes: 3, callers: 16 },
];

/** Measures the task table on PostgreSQL, without an api before it, beside SQLite and the queues of other projects. */
export const measureEngines: Question = async ({ quick, say }) => {
  await using server = await startBenchPostgres();
  const sqlite = { path: join(await mkdtemp(join(tmpdir(), "engines-")), "dwld.sqlite") };
  const own = {
    postgres: { kind: "dwld", location: (await createTable(server)).location },
    sqlite: { kind: "dwld", location: sqlite },
  } as const;
  const rounds = quick ? 1 : 4;
  say("engines: adds");
  const added = await measureAdds(own, { rounds, durationMs: quick ? 200 : 600 });
  say("engines: claims");
  return [...added, ...(await measureClaims(server, own, { rounds, count: quick ? 50 : 500 }))];
};

type Own = Record<"postgres" | "sqlite", QueueToOpen>;

async function measureAdds(
  own: Own,
  { rounds, durationMs }: { rounds: number; durationMs: number },
): Promise<Finding[]> {
  const findings: Finding[] = [];
  const most = Math.max(...adders.map(({ processes }) => processes));
  const users = {
    postgres: await startQueueUsers(own.postgres, most),
    sqlite: await startQueueUsers(own.sqlite, most),
  };
  try {
    for (const { processes, callers } of adders) {
      const adding = (engine: keyof Own) => () =>
        users[engine].rate({ deed: "add", callers, until: { durationMs } }, processes);
      // Warms up both.
      if (findings.length === 0) for (const engine of ["postgres", "sqlite"] as const) await adding(engine)();
      findings.push(
        compare({
          what: `PostgreSQL: adds, ${processes} × ${callers} callers`,
          unit: "perSecond",
          pairs: await measurePairs(rounds, adding("postgres"), adding("sqlite")),
          beside: "SQLite",
          target: { atLeast: 1 },
        }),
      );
    }
    return findings;
  } finally {
    for (const each of Object.values(users)) await each.stop();
  }
}

async function measureClaims(
  server: PostgresServer,
  own: Own,
  { rounds, count }: { rounds: number; count: number },
): Promise<Finding[]> {
  const queues = {
    ...own,
    "pg-boss": { kind: "pg-boss", url: (await createDatabase({ server })).url },
    "graphile-worker": { kind: "graphile-worker", url: (await createDatabase({ server })).url },
  } as const;
  const users = {
    postgres: await startQueueUsers(queues.postgres, 1),
    sqlite: await startQueueUsers(queues.sqlite, 1),
    "pg-boss": await startQueueUsers(queues["pg-boss"], 1),
    "graphile-worker": await startQueueUsers(queues["graphile-worker"], 1),
  };
  const settling = (queue: keyof typeof users) => async () => {
    await users[queue].rate({ deed: "add", callers: 64, until: { count } });
    return await users[queue].rate({ deed: "settle", callers: 16, count });
  };
  try {
    const turns = await measureTurns(rounds, {
      postgres: settling("postgres"),
      sqlite: settling("sqlite"),
      "pg-boss": settling("pg-boss"),
      "graphile-worker": settling("graphile-worker"),
    });
    return (["sqlite", "pg-boss", "graphile-worker"] as const).map((beside) =>
      compare({
        what: "PostgreSQL: claims with their ends, 16 callers",
        unit: "perSecond",
        pairs: pairsOf(turns, "postgres", beside),
        beside: beside === "sqlite" ? "SQLite" : beside,
      }),
    );
  } finally {
    for (const each of Object.values(users)) await each.stop();
  }
}
