import { join } from "node:path";
import { type Dwld, startDwld } from "@dwld/testbed";
import BetterSqlite3 from "better-sqlite3";
import { type Bound, compare, type Comparison, type Finding, type Question, state } from "../finding.ts";
import { measurePairs, measureTurns, type Pair, pairsOf } from "../pairs.ts";
import { type CallOrder, type Protocol, startBareServer, startCallers } from "../world/callers.ts";

const rounds = 5;

/** The links of a list, and how long the command may take to add them. */
const listed = { links: 10_000, withinMs: 5000 };

/** The neighbours of dwld. */
const neighbours = {
  empty: "an empty call of the same library",
  messages: "a call with its messages, which stores nothing",
  emptyAndCommit: "an empty call and a bare commit, one after the other",
  commits: "bare better-sqlite3, a commit a row",
};

/** Measures both ways to add links through the api, and a list of them through the command. */
export const measureEnqueue: Question = async ({ quick, say }) => {
  const durationMs = quick ? 300 : 600;
  await using dwld = await startDwld({ apps: ["api"] });
  const bare = openBareTable(join(dwld.data, "bare.sqlite"));
  const bareServer = await startBareServer();
  const callers = startCallers();
  const commits = () => Promise.resolve(bare.commitRate(durationMs));
  const findings: Finding[] = [];
  try {
    for (const protocol of ["grpc", "connect"] as const) {
      const name = nameOf(protocol);
      say(`enqueue: ${name}`);
      const calls = (call: CallOrder["call"], url: string) => (count: number) =>
        callers.rate({ call, protocol, url, callers: count, durationMs });
      const add = calls("add", urlOf(dwld.addresses, protocol));
      const addMany = calls("add many", urlOf(dwld.addresses, protocol));
      const check = calls("check", bareServer.urls[protocol]);
      const addNothing = calls("add", bareServer.urls[protocol]);
      const checkAndCommit = async () => 1 / (1 / (await check(1)) + 1 / (await commits()));
      const find = (what: string, pairs: readonly Pair[], beside: keyof typeof neighbours, target?: Bound) => {
        findings.push(
          compare({ what, unit: "perSecond", pairs, beside: neighbours[beside], ...(target && { target }) }),
        );
      };
      const row = async (what: string, rates: readonly [Rate, Rate], ...rest: [keyof typeof neighbours, Bound?]) => {
        find(what, await measurePairs(rounds, ...rates), ...rest);
      };
      // Warms up both ends.
      for (const warm of [add, check, addNothing]) await warm(16);
      await row(`AddTask, ${name}, 1 caller`, [() => add(1), checkAndCommit], "emptyAndCommit", { atLeast: 0.8 });
      const turns = await measureTurns(rounds, {
        dwld: () => add(16),
        empty: () => check(16),
        messages: () => addNothing(16),
      });
      find(`AddTask, ${name}, 16 callers`, pairsOf(turns, "dwld", "empty"), "empty", { atLeast: 0.7 });
      find(`AddTask, ${name}, 16 callers`, pairsOf(turns, "dwld", "messages"), "messages");
      await row(`AddTask, ${name}, 64 callers`, [() => add(64), () => check(64)], "empty");
      await row(`AddTask, ${name}, 16 callers`, [() => add(16), commits], "commits");
      await row(`links by AddTasks, ${name}, 2 callers`, [() => addMany(2), commits], "commits", { atLeast: 0.5 });
    }
    say(`enqueue: dwld add < ${listed.links} links`);
    findings.push(
      state({
        what: `dwld add, ${listed.links} links`,
        unit: "ms",
        values: await addLists(dwld, quick ? 1 : 3),
        target: { atMost: listed.withinMs },
      }),
    );
    return findings;
  } finally {
    callers.stop();
    bareServer.stop();
    bare.close();
  }
};

/** A version without AddTasks can be compared, too. */
export const compareEnqueue: Comparison = async ({ quick, say }, other) => {
  const durationMs = quick ? 300 : 600;
  await using dwld = await startDwld({ apps: ["api"] });
  await using otherDwld = await startDwld({ apps: ["api"], checkout: other.root });
  const callers = startCallers();
  const findings: Finding[] = [];
  try {
    for (const protocol of ["grpc", "connect"] as const)
      for (const count of [1, 16]) {
        const what = `AddTask, ${nameOf(protocol)}, ${count} at once`;
        say(`enqueue: ${what}`);
        const add =
          ({ addresses }: Dwld) =>
          () =>
            callers.rate({ call: "add", protocol, url: urlOf(addresses, protocol), callers: count, durationMs });
        const rates = [add(dwld), add(otherDwld)] as const;
        // Warms up both.
        for (const rate of rates) await rate();
        const pairs = await measurePairs(rounds, ...rates);
        findings.push(compare({ what, unit: "perSecond", pairs, beside: other.commit }));
      }
    return findings;
  } finally {
    callers.stop();
  }
};

function urlOf(addresses: Dwld["addresses"], protocol: Protocol): string {
  return `http://${protocol === "grpc" ? addresses.grpc : addresses.http}`;
}

type Rate = () => Promise<number>;

/** Adds lists of new links by the command, one after the other. Returns the time for each, ms. */
async function addLists({ command }: Pick<Dwld, "command">, count: number): Promise<number[]> {
  const times: number[] = [];
  for (let list = 0; list < count; list += 1) {
    const links = Array.from({ length: listed.links }, (_, index) => `https://videos.example/${list}/${index}\n`);
    const startMs = performance.now();
    const { exitCode, stderr } = await command(["add", "-"], links.join(""));
    times.push(performance.now() - startMs);
    if (exitCode !== 0) throw new Error(`dwld add ended with ${exitCode}: ${stderr}`);
  }
  return times;
}

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
