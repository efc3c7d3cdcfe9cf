import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { after, before, test, type TestContext } from "node:test";
import { TaskState } from "@dwld/rpc";
import {
  type Dwld,
  eventually,
  type FtpServer,
  MountError,
  mountSmallDisk,
  type SampleSite,
  type SmallDisk,
  startDwld,
  startSampleSite,
  startVsftpd,
} from "@dwld/testbed";

/** The whole pipeline with a real FTP server: deliveries make room for further downloads. */
const mebibyte = 1024 * 1024;
const deadlineMs = 110_000;
const names = Array.from({ length: 10 }, (_, index) => `entry${index}`);

let site: SampleSite;
before(async () => {
  site = await startSampleSite({
    videos: names.map((name) => ({ name, sizeBytes: 3_000_000 })),
    playlists: [{ name: "all", videos: names }],
  });
});
after(() => site.close());

const sha256 = (bytes: Buffer): string => createHash("sha256").update(bytes).digest("hex");

/** Returns the hashes of the files that have arrived whole. */
async function arrived({ root }: FtpServer): Promise<string[]> {
  const files = (await readdir(root, { recursive: true })).filter((name) => name.endsWith(".mp4"));
  const hashes = await Promise.all(files.map(async (name) => sha256(await readFile(join(root, name)))));
  return hashes.toSorted((a, b) => a.localeCompare(b));
}

async function expected(wanted: readonly string[]): Promise<string[]> {
  const hashes = await Promise.all(wanted.map(async (name) => sha256(await readFile(site.mediaFile(name)))));
  return hashes.toSorted((a, b) => a.localeCompare(b));
}

/** Returns undefined, and skips the test with the reason, if nothing can be mounted. */
async function mountFor(context: TestContext, mebibytes: number): Promise<SmallDisk | undefined> {
  try {
    return await mountSmallDisk(mebibytes);
  } catch (error) {
    if (!(error instanceof MountError)) throw error;
    context.skip(error.message);
    return undefined;
  }
}

async function counts({ client }: Dwld): Promise<(state: TaskState) => number> {
  const status = await client.getStatus({});
  return (state) => Number(status.counts.find((one) => one.state === state)?.count ?? 0n);
}

async function troubleOf({ client }: Dwld): Promise<string> {
  const { processes } = await client.getStatus({});
  return processes.find(({ app }) => app === "worker")?.trouble ?? "";
}

test("back-pressure: a playlist much larger than the disk arrives whole, and the reserve always stays free", async (context) => {
  await using disk = await mountFor(context, 24);
  if (disk === undefined) return;
  const reserve = 12 * mebibyte;
  await using server = await startVsftpd();
  await using dwld = await startDwld({
    apps: ["api", "worker", "ftp-sender"],
    configuration: {
      worker: { downloads: join(disk.path, "downloads"), minFreeBytes: reserve },
      ftp: server.configuration,
      sites: { sample: { hosts: ["127.0.0.1"], parallel: 2 } },
    },
  });
  let least = Infinity;
  const sampler = setInterval(() => void disk.freeBytes().then((free) => (least = Math.min(least, free))), 10);
  context.after(() => {
    clearInterval(sampler);
  });
  await dwld.kill("ftp-sender", "SIGTERM");
  await dwld.client.addTask({ link: site.playlistLink("all"), options: { playlist: true } });
  await eventually(
    "the status says why nothing new is downloaded",
    async () => (await counts(dwld))(TaskState.DOWNLOADING) === 0 && (await troubleOf(dwld)).startsWith("nothing new"),
    { deadlineMs },
  );
  assert.ok((await counts(dwld))(TaskState.QUEUED) >= names.length - 4, "the disk has room for four");
  await dwld.restart("ftp-sender");
  await eventually("all have arrived", async () => (await counts(dwld))(TaskState.DONE) === names.length + 1, {
    deadlineMs,
  });
  clearInterval(sampler);
  assert.deepEqual(await arrived(server), await expected(names));
  assert.ok(least >= reserve, `${least} bytes were free, and ${reserve} are kept`);
  assert.ok(least < reserve + 6_000_000, `${least} bytes were free: the disk was never short`);
  const asked = site.requests.filter(({ path }) => path.startsWith("/watch/")).length;
  assert.ok(asked <= names.length + 4, `${asked} pages were asked for`);
  await eventually("no file of them is left here", async () => (await disk.freeBytes()) > 23 * mebibyte, {
    deadlineMs,
  });
});
