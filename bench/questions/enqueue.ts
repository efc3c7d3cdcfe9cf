import { join } from "node:path";
import { startDwld } from "@dwld/testbed";
import BetterSqlite3 from "better-sqlite3";
import { compare, type Finding, type Question } from "../finding.ts";
import { measurePairs } from "../pairs.ts";
import { type Protocol, startBareServer, startCallers } from "../world/callers.ts";

const rounds = 5;

/** Measures AddTask through the api beside commits of SQLite alone on the same disk. */
export const measureEnqueue: Question = async ({ quick, say }) => {
  const durationMs = quick ? 300 : 1500;
  await using dwld = await startDwld({ apps: ["api"] });
  const bare = openBareTable(join(dwld.data, "bare.sqlite"));
  const empty = await startBareServer();
  const callers = startCallers();
  const urls = { grpc: `http://${dwld.addresses.grpc}`, connect: `http://${dwld.addresses.http}` };
  const findings: Finding[] = [];
  try {
    for (const protocol of ["grpc", "connect"] as const) {
      const add = (count: number) =>
        callers.rate({ call: "add", protocol, url: urls[protocol], callers: count, durationMs });
      const commit = () => Promise.resolve(bare.commitRate(durationMs));
      /** Rate of one caller that makes an empty call, and then a commit. */
      const emptyAndCommit = async () => {
        const order = { call: "check", protocol, url: empty.urls[protocol], callers: 1, durationMs } as const;
        return 1 / (1 / (await callers.rate(order)) + 1 / (await commit()));
      };
      const name = nameOf(protocol);
      say(`enqueue: ${name}`);
      // Warms up both ends.
      await add(16);
      await emptyAndCommit();
      findings.push(
        compare({
          what: `durable AddTask, ${name}, 1 caller`,
          pairs: await measurePairs(rounds, () => add(1), emptyAndCommit),
          unit: "perSecond",
          beside: "empty call and bare commit, one after the other",
          target: { atLeast: 0.9 },
        }),
      );
      for (const count of [16, 64])
        findings.push(
          compare({
            what: `durable AddTask, ${name}, ${count} callers`,
            pairs: await measurePairs(rounds, () => add(count), commit),
            unit: "perSecond",
            beside: "bare better-sqlite3, a commit a row",
            target: { atLeast: 0.5 },
          }),
        );
    }
    return findings;
  } finally {
    callers.stop();
    empty.stop();
    bare.close();
  }
};

function nameOf(protocol: Protocol): string {
  return protocol === "grpc" ? "gRPC" : "Connect";
}

/** Opens a table without an index, with commits as durable as those of the api. */
function openBareTable(path: string) {
  const sqlite = new BetterSqlite3(path);
  sqlite.pragma("journal_mode = WAL");
  sqlite.pragma("synchronous = FULL");
  sqlite.exec("CREATE TABLE tasks (seq INTEGER PRIMARY KEY, id TEXT, chat_id TEXT, link TEXT, created_at INTEGER)");
  const insert = sqlite.prepare("INSERT INTO tasks (id, chat_id, link, created_at) VALUES (?, ?, ?, ?)");
  return {
    /** Commits in a second. */
    commitRate(durationMs: number): number {
      const startMs = performance.now();
      let commits = 0;
      let elapsedMs = 0;
      while (elapsedMs < durationMs) {
        insert.run(`id ${commits}`, `chat ${commits % 50}`, `https://videos.example/${commits}`, startMs);
        commits += 1;
        elapsedMs = performance.now() - startMs;
      }
      return (commits * 1000) / elapsedMs;
    },
    close: () => sqlite.close(),
  };
}
