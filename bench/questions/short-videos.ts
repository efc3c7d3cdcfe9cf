import { randomUUID } from "node:crypto";
import { readdir, rm, writeFile } from "node:fs/promises";
import { availableParallelism, tmpdir } from "node:os";
import { join } from "node:path";
import { type Dwld, type FtpServer, startDwld, startSampleSite, startVsftpd } from "@dwld/testbed";
import { compare, type Comparison, type Question, state } from "../finding.ts";
import { measurePairs, pick } from "../pairs.ts";
import { type ByHand, prepareByHand } from "../world/by-hand.ts";
import type { Checkout } from "../world/checkout.ts";
import { msUntilDone } from "../world/done-tasks.ts";
import { stepsOf } from "../world/steps.ts";
import { partsOf, type Spent, spentByDwld, totalCpuMs } from "../world/spent.ts";

const sizeBytes = 2_000_000;
const parallel = availableParallelism();

/** The shell takes most of the time of this question. */
const shellRounds = 2;
const rounds = 4;

/** Steps that take less are not shown, ms a video. */
const leastStepMs = 0.5;

/** A yt-dlp and a curl for each link, as many at once as there are cores. */
const oneEach = `xargs -P "$1" -I LINK sh -c \\
  'name=\${1##*/}.mp4; yt-dlp -q -o "$name" "$1" && curl -sS -K "$CURL" -T "$name" "$FTP"' sh LINK < links`;

/** One yt-dlp for all links, then one login for all files. */
const oneForAll = `yt-dlp -q -o '%(id)s.mp4' -a links &&
  curl -sS -K "$CURL" -T "{$(ls *.mp4 | tr '\\n' ',' | sed 's/,$//')}" "$FTP"`;

/** Measures many short videos, for which starting programs and logging in is most of the work. */
export const measureShortVideos: Question = async ({ quick, say }) => {
  await using world = await openWorld(quick);
  await using dwld = await startIn(world);
  const { count, what } = world;
  const hand = await prepareByHand(join(tmpdir(), "by-hand"), world.ftp);
  await writeFile(join(hand.folder, "links"), `${world.links.join("\n")}\n`);
  const byDwld = () => delivered(world, dwld);
  const byShell = () => handed(world, hand, () => hand.run(oneEach, String(parallel)));
  const inBulk = () => handed(world, hand, () => hand.run(oneForAll));

  say(`short-videos: ${what}`);
  await byDwld();
  const besideShell = await measurePairs(quick ? 1 : shellRounds, byDwld, byShell);
  say("short-videos: beside one yt-dlp for all");
  const besideBulk = await measurePairs(quick ? 1 : rounds, byDwld, inBulk);
  const shell = `xargs -P ${parallel}: yt-dlp && curl -T`;
  const bulk = "yt-dlp -a, curl -T {all}";
  const cpu = (spent: Spent) => totalCpuMs(spent) / count;
  return [
    compare({ what, unit: "ms", pairs: pick(besideShell, wall), beside: shell, target: { atMost: 0.15 } }),
    compare({ what, unit: "ms", pairs: pick(besideBulk, wall), beside: bulk, target: { atMost: 2 } }),
    compare({
      what: "CPU a video",
      unit: "ms",
      pairs: pick(besideShell, cpu),
      beside: shell,
      target: { of: "median", atMost: 100 },
    }),
    compare({ what: "CPU a video", unit: "ms", pairs: pick(besideBulk, cpu), beside: bulk }),
    ...partsOf(besideBulk.map((pair) => pair.dwld)).map((part) =>
      state({
        what: `CPU a video: ${part}`,
        unit: "ms",
        values: besideBulk.map((pair) => (pair.dwld.cpuMs[part] ?? 0) / count),
      }),
    ),
  ];
};

export const compareShortVideos: Comparison = async ({ quick, say }, other) => {
  await using world = await openWorld(quick);
  await using dwld = await startIn(world, { profiling: true });
  await using otherDwld = await startIn(world, { profiling: true, checkout: other });
  const { count, what } = world;
  say(`short-videos: ${what}`);
  // Each has loaded its yt-dlp then.
  await delivered(world, dwld);
  await delivered(world, otherDwld);
  const pairs = await measurePairs(
    quick ? 1 : rounds,
    () => delivered(world, dwld),
    () => delivered(world, otherDwld),
  );
  say("short-videos: by step");
  const longestMs = Math.max(...pairs.flatMap((pair) => [wall(pair.dwld), wall(pair.beside)]));
  const stepsIn = (one: Dwld) => stepsOf(one, Math.ceil(longestMs / 1000) + 5, () => delivered(world, one));
  const steps = { dwld: await stepsIn(dwld), beside: await stepsIn(otherDwld) };
  const row = { unit: "ms", beside: other.commit } as const;
  return [
    compare({ ...row, what, pairs: pick(pairs, wall) }),
    compare({ ...row, what: "CPU a video", pairs: pick(pairs, (spent) => totalCpuMs(spent) / count) }),
    ...partsOf(pairs.flatMap((pair) => [pair.dwld, pair.beside])).map((part) =>
      compare({ ...row, what: `CPU a video: ${part}`, pairs: pick(pairs, ({ cpuMs }) => (cpuMs[part] ?? 0) / count) }),
    ),
    ...[...new Set([...steps.dwld.keys(), ...steps.beside.keys()])]
      .toSorted()
      .map((step) => ({ step, pair: pick([steps], (ofOne) => (ofOne.get(step) ?? 0) / count) }))
      .filter(({ pair }) => pair.some(({ dwld: now, beside: then }) => Math.max(now, then) >= leastStepMs))
      .map(({ step, pair }) => compare({ ...row, what: `time a video in ${step}`, pairs: pair })),
  ];
};

function wall({ elapsedMs }: Spent): number {
  return elapsedMs;
}

type World = AsyncDisposable & { what: string; count: number; links: readonly string[]; ftp: FtpServer };

async function openWorld(quick: boolean): Promise<World> {
  const count = quick ? 4 : 100;
  const names = Array.from({ length: count }, (_, index) => `short-${index}`);
  await using opened = new AsyncDisposableStack();
  const site = opened.use(await startSampleSite({ videos: names.map((name) => ({ name, sizeBytes })) }));
  const ftp = opened.use(await startVsftpd());
  const kept = opened.move();
  return {
    what: `${count} videos of 2 MB, delivered and verified`,
    count,
    links: names.map((name) => site.pageLink(name)),
    ftp,
    [Symbol.asyncDispose]: () => kept.disposeAsync(),
  };
}

function startIn(
  { ftp }: World,
  { checkout, profiling = false }: { checkout?: Checkout; profiling?: boolean } = {},
): Promise<Dwld> {
  return startDwld({
    apps: ["up"],
    configuration: {
      ftp: ftp.configuration,
      health: { profiling },
      worker: { parallel },
      // All links are of one site, whose default limit would leave places empty.
      sites: { sample: { hosts: ["127.0.0.1"], parallel } },
    },
    ...(checkout && { checkout: checkout.root }),
  });
}

/** Delivers all videos by dwld, and removes them again. */
async function delivered({ links, ftp }: World, dwld: Dwld): Promise<Spent> {
  // A folder of its own, so that no name is taken.
  const userName = randomUUID();
  const requests = links.map((link) => ({ link, userName }));
  const spent = await spentByDwld(dwld, () => msUntilDone(dwld, requests));
  await rm(join(ftp.root, userName), { recursive: true });
  return spent;
}

/** Delivers them by a script, and removes them again. */
async function handed({ ftp, count }: World, hand: ByHand, run: () => Promise<Spent>): Promise<Spent> {
  const spent = await run();
  const videosIn = async (folder: string) => (await readdir(folder)).filter((name) => name.endsWith(".mp4"));
  const arrived = await videosIn(ftp.root);
  if (arrived.length !== count) throw new Error(`By hand, ${arrived.length} of ${count} videos arrived.`);
  for (const folder of [hand.folder, ftp.root]) for (const name of await videosIn(folder)) await rm(join(folder, name));
  return spent;
}
