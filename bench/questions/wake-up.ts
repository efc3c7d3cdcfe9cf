import { spawn } from "node:child_process";
import { once } from "node:events";
import { chmod, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { type Attempt, TaskState } from "@dwld/rpc";
import { type Dwld, eventually, type SampleSite, type Section, startDwld, startSampleSite } from "@dwld/testbed";
import { compare, type Finding, type Question } from "../finding.ts";
import { measurePairs } from "../pairs.ts";
import { createTable, startBenchPostgres } from "../world/bench-postgres.ts";

const mostMs = 100;

/** From the answer to AddTask, where the worker is another machine's. */
const mostAfterAnswerMs = 50;

/** Measures how soon a link that is added to an idle system is worked on. */
export const measureWakeUp: Question = async ({ quick, say }) => {
  const program = join(tmpdir(), "recorder");
  await writeFile(program, recorder);
  await chmod(program, 0o755);
  say("wake-up: until yt-dlp runs");
  const spawned = await untilSpawned(program, quick ? 10 : 100);
  say("wake-up: until the site hears of it");
  const requested = await untilFirstRequest(quick ? 3 : 9);
  say("wake-up: on another host");
  return [spawned, requested, ...(await untilSpawnedElsewhere(program, quick ? 5 : 60))];
};

/** Stands in for yt-dlp: tells when it gets a link, and that the video is gone, so that the task ends. */
const recorder = `#!/bin/sh
case "$*" in *' -- '*) ;; *) exec yt-dlp "$@" ;; esac
date '+started at %s%N' >&2
echo 'ERROR: [generic] Video unavailable. This video has been removed by the uploader' >&2
exit 1
`;

/** Returns when the recorder was started, ms since the epoch. */
function startedAtMs(stderr: string): number {
  const [, nanoseconds] = /started at (\d+)/.exec(stderr) ?? [];
  if (nanoseconds === undefined) throw new Error(`The recorder was not started: ${stderr}`);
  return Number(nanoseconds) / 1e6;
}

async function untilSpawned(program: string, rounds: number): Promise<Finding> {
  await using dwld = await startDwld({ apps: ["up"], configuration: { worker: { ytdlp: { command: [program] } } } });
  const linkOf = (round: number) => `https://127.0.0.1/${round}`;
  const byDwld = async (round: number) => {
    const startMs = nowMs();
    const { task } = await dwld.client.addTask({ link: linkOf(round) });
    const [attempt] = await untilIdle(dwld, task?.id ?? "");
    return startedAtMs(attempt?.stderrTail ?? "") - startMs;
  };
  const directly = async (round: number) => {
    const startMs = nowMs();
    const run = spawn(program, ["-q", "--", linkOf(round)], { stdio: ["ignore", "ignore", "pipe"] });
    return startedAtMs(await text(run.stderr)) - startMs;
  };
  const pairs = await measurePairs(rounds, byDwld, directly);
  return compare({
    what: "link added → yt-dlp runs",
    pairs,
    unit: "ms",
    beside: "started directly",
    target: { of: "p99", atMost: mostMs },
  });
}

/** Measures an api and a worker that have nothing in common but the table: each has a data folder of its own. */
async function untilSpawnedElsewhere(program: string, rounds: number): Promise<Finding[]> {
  await using server = await startBenchPostgres();
  const { location } = await createTable(server);
  const worker = { ytdlp: { command: [program] } };
  const startBoth = async (database: Section) => ({
    api: await startDwld({ apps: ["api"], configuration: { database } }),
    worker: await startDwld({ apps: ["worker"], configuration: { database, worker } }),
  });
  const onPostgres = await startBoth({ ...location });
  const onSqlite = await startBoth({ path: join(onPostgres.api.data, "shared.sqlite") });
  const sinceAnswer =
    ({ api }: { api: Dwld }) =>
    async (round: number) => {
      const { task } = await api.client.addTask({ link: `https://127.0.0.1/${round}` });
      const answeredMs = nowMs();
      const [attempt] = await untilIdle(api, task?.id ?? "");
      return startedAtMs(attempt?.stderrTail ?? "") - answeredMs;
    };
  try {
    for (const both of [onPostgres, onSqlite]) await sinceAnswer(both)(rounds);
    const pairs = await measurePairs(rounds, sinceAnswer(onPostgres), sinceAnswer(onSqlite));
    const what = "PostgreSQL: answered → yt-dlp runs on another host";
    return [
      compare({
        what,
        pairs,
        unit: "ms",
        beside: "SQLite, two processes",
        target: { of: "p99", atMost: mostAfterAnswerMs },
      }),
    ];
  } finally {
    for (const { api, worker: other } of [onSqlite, onPostgres]) await Promise.all([api.stop(), other.stop()]);
  }
}

async function untilFirstRequest(rounds: number): Promise<Finding> {
  await using site = await startSampleSite({ videos: [{ name: "short" }] });
  await using dwld = await startDwld({ apps: ["up"] });
  const link = site.pageLink("short");
  const byDwld = async () => {
    const [seen, startMs] = [site.requests.length, nowMs()];
    const { task } = await dwld.client.addTask({ link });
    await untilIdle(dwld, task?.id ?? "");
    return firstRequestMs(site, seen) - startMs;
  };
  const directly = async () => {
    const [seen, startMs] = [site.requests.length, nowMs()];
    await once(spawn("yt-dlp", ["-q", "-o", "short.mp4", link], { cwd: tmpdir(), stdio: "ignore" }), "exit");
    return firstRequestMs(site, seen) - startMs;
  };
  const pairs = await measurePairs(rounds, byDwld, directly);
  return compare({ what: "link added → first request", pairs, unit: "ms", beside: "yt-dlp, by hand" });
}

function firstRequestMs({ requests }: SampleSite, seen: number): number {
  const request = requests[seen];
  if (request === undefined) throw new Error("The site was not asked.");
  return request.timeMs;
}

/** Waits until the task has ended and nothing is in work. Returns its attempts. */
async function untilIdle({ client }: Dwld, id: string): Promise<readonly Attempt[]> {
  return await eventually("the task has ended", async () => {
    const { task } = await client.getTask({ id });
    return (task?.state === TaskState.DONE || task?.state === TaskState.FAILED) && task.attempts;
  });
}

/** Returns ms since the epoch with fractions, as other programs count. */
function nowMs(): number {
  return performance.timeOrigin + performance.now();
}
