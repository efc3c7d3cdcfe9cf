import { randomUUID } from "node:crypto";
import { rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Dwld, type FtpServer, type SampleSite, startDwld, startSampleSite, startVsftpd } from "@dwld/testbed";
import { compare, type Finding, type Question } from "../finding.ts";
import { measurePairs } from "../pairs.ts";
import { digits } from "../quantity.ts";
import { prepareByHand } from "../world/by-hand.ts";
import { msUntilDone } from "../world/done-tasks.ts";

const rounds = 5;
const video = "large";

/** Measures one large video from link to verified copy, beside yt-dlp and curl by hand, which verify nothing. */
export const measureOneVideo: Question = async ({ quick, say }) => {
  const sizeBytes = quick ? 40_000_000 : 250_000_000;
  const lineBytesPerSecond = 25_000_000;
  await using site = await startSampleSite({ videos: [{ name: video, sizeBytes }] });
  await using ftp = await startVsftpd();
  await using dwld = await startDwld({ apps: ["up"], configuration: { ftp: ftp.configuration } });
  const size = `one video of ${digits(sizeBytes / 1e6)} MB`;
  say("one-video: as fast as loopback is");
  const unlimited = await overLine(`${size}, loopback`, { site, ftp, dwld });
  say("one-video: over a line of 200 Mbit/s");
  site.change(video, { throttleBytesPerSecond: lineBytesPerSecond });
  return [unlimited, await overLine(`${size}, 200 Mbit/s`, { site, ftp, dwld })];
};

type World = { site: SampleSite; ftp: FtpServer; dwld: Dwld };

async function overLine(what: string, { site, ftp, dwld }: World): Promise<Finding> {
  const hand = await prepareByHand(join(tmpdir(), "by-hand"), ftp);
  const link = site.pageLink(video);
  const byDwld = async () => {
    // Each has a folder of its own, so that no name is taken.
    const userName = randomUUID();
    const elapsedMs = await msUntilDone(dwld, [{ link, userName }]);
    await rm(join(ftp.root, userName), { recursive: true });
    return elapsedMs;
  };
  const byHand = async () => {
    const elapsedMs = await hand.run('yt-dlp -q -o hand.mp4 "$1" && curl -sS -K "$CURL" -T hand.mp4 "$FTP"', link);
    for (const folder of [hand.folder, ftp.root]) await rm(join(folder, "hand.mp4"));
    return elapsedMs;
  };
  const pairs = await measurePairs(rounds, byDwld, byHand);
  return compare({ what, pairs, unit: "ms", beside: "yt-dlp && curl -T, by hand", target: { atMost: 1.05 } });
}
