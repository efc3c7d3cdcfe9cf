import assert from "node:assert/strict";
import { test, type TestContext } from "node:test";
import {
  breaksSite,
  dwldCommand,
  eventually,
  isThorough,
  startDwld,
  startReleaseServer,
  startSampleSite,
} from "@dwld/testbed";
import { execa } from "execa";

const [good, bad] = ["2026.11.20", "2026.11.27"];
/** A worker reads the table each half minute. */
const deadlineMs = 80_000;

type Listed = { version: string; state: string; used: boolean; reason: string | null };

/** A worker of its own with two sites, and the commands of a person beside it. */
async function start(t: TestContext) {
  const server = await startReleaseServer();
  const sites = await Promise.all(
    ["127.0.0.1", "127.0.0.2"].map(async (host) => await startSampleSite({ host, videos: [{ name: "video" }] })),
  );
  t.after(async () => {
    await server[Symbol.asyncDispose]();
    for (const site of sites) await site.close();
  });
  const update = { channel: "stable", mirror: server.url, keyFile: server.keyFile };
  const dwld = await startDwld({
    apps: ["api", "worker"],
    configuration: { worker: { ytdlp: { update } } },
    cleanup: t,
  });
  const ytdlp = async (...words: string[]) => {
    const asked = ["ytdlp", ...words, "--config", dwld.configurationFile];
    return await execa(dwldCommand, asked, { reject: false, timeout: 120_000 });
  };
  const list = async () => (JSON.parse((await ytdlp("list", "--json")).stdout) as { versions: Listed[] }).versions;
  /** Downloads a video of a site, and returns its attempts. */
  let links = 0;
  const download = async (site: (typeof sites)[number] | undefined) => {
    links += 1;
    const added = await dwld.command(["add", "--wait", "--json", `${site?.pageLink("video")}?${links}`]);
    assert.equal(added.exitCode, 0, added.stdout + added.stderr);
    const tasks = await dwld.client.listTasks({ pageSize: 1 });
    const { task } = await dwld.client.getTask({ id: tasks.tasks[0]?.id ?? "" });
    return task?.attempts.map(({ ytdlpVersion }) => ytdlpVersion) ?? [];
  };
  return { server, sites, dwld, ytdlp, list, download };
}

test(
  "yt-dlp versions: fetched, used, broken, left, pinned and unpinned beside a running worker",
  { skip: !isThorough, timeout: 600_000 },
  async (t) => {
    const { server, sites, dwld, ytdlp, list, download } = await start(t);
    const [one, two] = sites;
    const untilUsed = async (version: string, site = one) => {
      await eventually(`${version} is used`, async () => (await download(site))[0] === version, { deadlineMs });
    };
    await server.publish(good);
    const updated = await ytdlp("update", "--now");
    assert.equal(updated.stdout, `${good} is used from now on.`, updated.stderr);
    await untilUsed(good);

    await server.publish(bad, breaksSite("127.0.0.2"));
    assert.match((await ytdlp("update")).stdout, /^2026\.11\.27 is here, and tried on a fifth/);
    assert.deepEqual(
      (await list()).map(({ version, state }) => `${version} ${state}`),
      [`${good} current`, `${bad} candidate`, "2026.10.26 previous"],
    );
    await ytdlp("update", "--now");
    await untilUsed(bad, two);
    // Each link arrives all the same, by the version before, until that is the current one again.
    const isLeft = async () => {
      await download(two);
      const listed = await list();
      const reason = listed.find(({ version }) => version === bad)?.reason ?? "";
      return listed.find(({ used }) => used)?.version === good && reason.startsWith("it fails on links of 127.0.0.2");
    };
    await eventually(`${bad} is left`, isLeft, { deadlineMs: 3 * deadlineMs });
    const isTold = () => dwld.output("worker").includes(`back to ${good}, and ${bad} is set aside`);
    await eventually("the log tells it", isTold);
    assert.match((await ytdlp("update")).stdout, /^2026\.11\.27 is set aside/);

    const pinned = await ytdlp("pin", bad);
    assert.equal(pinned.exitCode, 0, pinned.stderr);
    await untilUsed(bad);
    await ytdlp("unpin");
    await untilUsed(good);
    const back = await ytdlp("rollback");
    assert.equal(back.exitCode, 1);
    assert.match(back.stderr, /There is no version to go back to/);
  },
);
