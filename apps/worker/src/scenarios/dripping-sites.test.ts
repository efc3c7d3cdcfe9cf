import assert from "node:assert/strict";
import { describe, test, type TestContext } from "node:test";
import { LiveMode, type Task, TaskState } from "@dwld/rpc";
import {
  type Dwld,
  eventually,
  isThorough,
  type SampleSite,
  type SiteVideo,
  startDwld,
  waitForTask,
} from "@dwld/testbed";
import { assertWhole, newestProgram, startAgainstSite, startSite } from "./testing/against-site.ts";

/** Sites that send next to nothing for ever. Time-outs are set short; all else is real. */

const deadlineMs = 60_000;
const dripping = { kind: "drip", contentType: "video/mp4", lengthBytes: 1e18 } as const;
const drippingPage = { kind: "drip", contentType: "text/html", lengthBytes: 1e9 } as const;

const drips: Readonly<Record<string, Omit<SiteVideo, "name">>> = {
  media: { media: dripping },
  page: { page: drippingPage },
  silence: { page: { kind: "hang", seconds: 600 } },
};

/** Starts a site on a loopback address each, which makes them different sites. They drip each kind in turn. */
async function startHosts(
  context: TestContext,
  count: number,
  what: readonly (keyof typeof drips)[],
): Promise<SampleSite[]> {
  const names = ["a", "b", "c"];
  const start = (_: unknown, index: number) => {
    const video = drips[what[index % what.length] ?? ""];
    return startSite(context, { host: `127.0.0.${index + 2}`, videos: names.map((name) => ({ ...video, name })) });
  };
  return await Promise.all(Array.from({ length: count }, start));
}

async function inWork({ client }: Dwld): Promise<Task[]> {
  return (await client.getStatus({})).inWork;
}

type Case = readonly [hosts: number, parallel: number, ...what: (keyof typeof drips)[]];

// One host more than may run at once drips, so one of them yields.
const cases: readonly Case[] = [[6, 2, "page", "media"]];
const furtherCases: readonly Case[] = [
  [2, 4, "media"],
  [6, 2, "page"],
  [2, 1, "silence"],
  [4, 2, "media"],
  [4, 4, "silence"],
  [6, 2, "media"],
];

for (const program of newestProgram)
  describe(`dripping sites, ${program}`, { concurrency: 2 }, () => {
    for (const [hosts, parallel, ...what] of isThorough ? [...cases, ...furtherCases] : cases)
      test(`${hosts} hosts drip the ${what.join(" or ")} of three links each, parallel: ${parallel}: another site's link is done meanwhile`, async (context) => {
        const worker = { parallel, minBytesPerSecond: 0, slowAfterSeconds: 3, ytdlp: { command: [program] } };
        const dwld = await startDwld({ apps: ["api", "worker"], configuration: { worker }, cleanup: context });
        const sites = await startHosts(context, hosts, what);
        const healthy = await startSite(context, { videos: [{ name: "healthy" }] });
        for (const name of ["a", "b", "c"])
          for (const site of sites) await dwld.client.addTask({ link: site.pageLink(name) });
        await eventually("all places are held", async () => (await inWork(dwld)).length >= parallel, { deadlineMs });
        const { task } = await dwld.client.addTask({ link: healthy.pageLink("healthy") });
        const done = await waitForTask(dwld.client, task?.id ?? "", TaskState.DONE, deadlineMs);
        assert.equal(done.attempts.length, 1);
        // Spare places are for sites with nothing in work.
        const held = await inWork(dwld);
        const hostsInWork = new Set(held.map(({ site }) => site)).size;
        assert.ok(hostsInWork >= Math.min(hosts, 5), `${hostsInWork} hosts are still at it`);
        assert.ok(held.length <= Math.max(parallel, hosts), `${held.length} in work`);
        const { tasks } = await dwld.client.listTasks({});
        const failed = tasks.filter(({ failure, attemptCount }) => failure !== undefined || attemptCount > 1);
        assert.deepEqual(failed, [], "it costs nobody an attempt");
      });

    test("minBytesPerSecond: a slower download ends as a network failure, and the next attempt resumes its bytes", async (context) => {
      const site = await startSite(context, {
        videos: [{ name: "slow", sizeBytes: 500_000, throttleBytesPerSecond: 5_000 }],
      });
      const worker = { minBytesPerSecond: "20 kB", slowAfterSeconds: 4 };
      const on = await startAgainstSite(context, program, { worker, maxAttempts: 2 });
      const id = await on.add(site.pageLink("slow"));
      await on.turn();
      const [request] = site.requests.filter(({ path }) => path.endsWith("slow.mp4"));
      assert.ok((request?.sentBytes ?? 0) > 1000);
      site.change("slow", { throttleBytesPerSecond: 100_000_000 });
      const history = await on.play(id);
      await assertWhole(on, history, { steps: ["plain network", "plain done"], servedFile: site.mediaFile("slow") });
      assert.match(site.requests.at(-1)?.range ?? "", /^bytes=[1-9]\d{3,}-$/);
    });

    test("minBytesPerSecond: a live stream, a slow page and the operator's own limit are exempt", async (context) => {
      const site = await startSite(context, {
        videos: [
          { name: "live", format: "hls", live: true, seconds: 8 },
          { name: "limited", sizeBytes: 150_000 },
          { name: "late", page: { kind: "hang", seconds: 6, times: 1 } },
        ],
      });
      const dwld = await startDwld({
        apps: ["api", "worker"],
        configuration: {
          worker: { parallel: 3, minBytesPerSecond: "100 MB", slowAfterSeconds: 3, ytdlp: { command: [program] } },
          stages: { plain: { rateLimitKilobytesPerSecond: 20 } },
          sites: { sample: { hosts: ["127.0.0.1"], stages: ["plain"], parallel: 3 } },
        },
        cleanup: context,
      });
      const ids = await Promise.all(
        (["live", "limited", "late"] as const).map(async (name) => {
          const options = { liveMode: name === "live" ? LiveMode.RECORD : LiveMode.UNSPECIFIED };
          return (await dwld.client.addTask({ link: site.pageLink(name), options })).task?.id ?? "";
        }),
      );
      for (const id of ids) {
        const task = await waitForTask(dwld.client, id, ({ finishTime }) => finishTime !== undefined, deadlineMs);
        assert.equal(task.state, TaskState.DONE, task.failure?.message);
        const slow = task.attempts.filter(({ failure }) => /minBytesPerSecond/.test(failure?.message ?? ""));
        assert.deepEqual(slow, []);
      }
    });
  });
