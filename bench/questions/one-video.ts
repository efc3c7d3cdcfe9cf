import { randomUUID } from "node:crypto";
import { rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Dwld, type FtpServer, type SampleSite, startDwld, startSampleSite, startVsftpd } from "@dwld/testbed";
import { compare, type Comparison, type Finding, type Question } from "../finding.ts";
import { measurePairs, pick } from "../pairs.ts";
import { digits } from "../quantity.ts";
import { prepareByHand } from "../world/by-hand.ts";
import { msUntilDone } from "../world/done-tasks.ts";
import { spentByDwld, totalCpuMs } from "../world/spent.ts";

const video = "large";
const lineBytesPerSecond = 25_000_000;
const byBoth = "yt-dlp, then curl -T, by hand";

/** The time and CPU of a video. By hand, the download is told apart; for dwld, all is one. */
type Took = { elapsedMs: number; cpuMs: number; downloadCpuMs: number };

/** Measures one large video from link to verified copy, beside yt-dlp and curl by hand, which verify nothing. */
export const measureOneVideo: Question = async ({ quick, say }) => {
  const sizeBytes = sizeOf(quick);
  await using site = await startSampleSite({ videos: [{ name: video, sizeBytes }] });
  await using ftp = await startVsftpd();
  await using dwld = await startDwld({ apps: ["up"], configuration: { ftp: ftp.configuration } });
  const hand = await prepareByHand(join(tmpdir(), "by-hand"), ftp);
  const byHand = async (): Promise<Took> => {
    const download = await hand.run('yt-dlp -q -o hand.mp4 "$1"', site.pageLink(video));
    const upload = await hand.run('curl -sS -K "$CURL" -T hand.mp4 "$FTP"');
    for (const folder of [hand.folder, ftp.root]) await rm(join(folder, "hand.mp4"));
    const downloadCpuMs = totalCpuMs(download);
    const cpuMs = downloadCpuMs + totalCpuMs(upload);
    return { elapsedMs: download.elapsedMs + upload.elapsedMs, cpuMs, downloadCpuMs };
  };
  const overLine = async (line: string, rounds: number): Promise<Finding[]> => {
    say(`one-video: ${line}`);
    const pairs = await measurePairs(quick ? 1 : rounds, () => delivered({ site, ftp }, dwld), byHand);
    const what = `${digits(sizeBytes / 1e6)} MB, ${line}`;
    return [
      compare({
        what: `one video of ${what}`,
        unit: "ms",
        pairs: pick(pairs, ({ elapsedMs }) => elapsedMs),
        beside: byBoth,
        target: { atMost: 1.05 },
      }),
      compare({
        what: `CPU of one video of ${what}`,
        unit: "ms",
        pairs: pick(pairs, ({ downloadCpuMs }) => downloadCpuMs),
        beside: "yt-dlp alone, by hand",
        target: { atMost: 1.1 },
      }),
      compare({
        what: `CPU of one video of ${what}`,
        unit: "ms",
        pairs: pick(pairs, ({ cpuMs }) => cpuMs),
        beside: byBoth,
      }),
    ];
  };
  await delivered({ site, ftp }, dwld);
  const unlimited = await overLine("loopback", 5);
  site.change(video, { throttleBytesPerSecond: lineBytesPerSecond });
  return [...unlimited, ...(await overLine("200 Mbit/s", 2))];
};

export const compareOneVideo: Comparison = async ({ quick, say }, other) => {
  const sizeBytes = sizeOf(quick);
  await using site = await startSampleSite({ videos: [{ name: video, sizeBytes }] });
  await using ftp = await startVsftpd();
  const configuration = { ftp: ftp.configuration };
  await using dwld = await startDwld({ apps: ["up"], configuration });
  await using otherDwld = await startDwld({ apps: ["up"], configuration, checkout: other.root });
  const what = `one video of ${digits(sizeBytes / 1e6)} MB, loopback`;
  say(`one-video: ${what}`);
  await delivered({ site, ftp }, dwld);
  await delivered({ site, ftp }, otherDwld);
  const pairs = await measurePairs(
    quick ? 1 : 5,
    () => delivered({ site, ftp }, dwld),
    () => delivered({ site, ftp }, otherDwld),
  );
  const row = { unit: "ms", beside: other.commit } as const;
  return [
    compare({ ...row, what, pairs: pick(pairs, ({ elapsedMs }) => elapsedMs) }),
    compare({ ...row, what: `CPU of ${what}`, pairs: pick(pairs, ({ cpuMs }) => cpuMs) }),
  ];
};

function sizeOf(quick: boolean): number {
  return quick ? 40_000_000 : 250_000_000;
}

/** Delivers the video by dwld, and removes it again. */
async function delivered({ site, ftp }: { site: SampleSite; ftp: FtpServer }, dwld: Dwld): Promise<Took> {
  // A folder of its own, so that no name is taken.
  const userName = randomUUID();
  const spent = await spentByDwld(dwld, () => msUntilDone(dwld, [{ link: site.pageLink(video), userName }]));
  await rm(join(ftp.root, userName), { recursive: true });
  const cpuMs = totalCpuMs(spent);
  return { elapsedMs: spent.elapsedMs, cpuMs, downloadCpuMs: cpuMs };
}
