import { randomUUID } from "node:crypto";
import { rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { testHost } from "@dwld/queue/testing";
import { type FtpServer, startDwld, startVsftpd } from "@dwld/testbed";
import { compare, type Finding, type Question } from "../finding.ts";
import { measurePairs } from "../pairs.ts";
import { digits } from "../quantity.ts";
import { prepareByHand } from "../world/by-hand.ts";
import { makeSource, openDeliveryWorkload, type DeliveryWorkload, type Source } from "../world/delivery-workload.ts";

const rounds = 5;

/** Measures the sender, from READY_TO_SEND to the verified copy, beside curl to the same server. */
export const measureUpload: Question = async ({ quick, say }) => {
  const largeBytes = quick ? 100_000_000 : 1_000_000_000;
  const smallCount = quick ? 20 : 100;
  await using ftp = await startVsftpd();
  // A sender delivers what its own host has downloaded.
  const configuration = { host: testHost.name, ftp: ftp.configuration };
  await using dwld = await startDwld({ apps: ["ftp-sender"], configuration });
  await using workload = await openDeliveryWorkload(join(dwld.data, "dwld.sqlite"));
  say(`upload: one file of ${digits(largeBytes / 1e6)} MB`);
  const large = await uploadLarge({ ftp, workload }, largeBytes);
  say(`upload: ${smallCount} small files`);
  return [large, ...(await uploadSmall({ ftp, workload }, smallCount))];
};

type World = { ftp: FtpServer; workload: DeliveryWorkload };

async function uploadLarge({ ftp, workload }: World, sizeBytes: number): Promise<Finding> {
  const hand = await prepareByHand(join(tmpdir(), "by-hand"), ftp);
  const source = await makeSource(join(hand.folder, "large"), sizeBytes);
  const rate = (elapsedMs: number) => sizeBytes / 1e6 / (elapsedMs / 1000);
  const pairs = await measurePairs(
    rounds,
    async () => {
      const userName = randomUUID();
      const elapsedMs = await workload.msUntilDelivered([source], userName);
      await rm(join(ftp.root, userName), { recursive: true });
      return rate(elapsedMs);
    },
    async () => {
      const { elapsedMs } = await hand.run('curl -sS -K "$CURL" -T large "$FTP"');
      await rm(join(ftp.root, "large"));
      return rate(elapsedMs);
    },
  );
  const what = `upload of one file of ${digits(sizeBytes / 1e6)} MB`;
  return compare({ what, pairs, unit: "megabytesPerSecond", beside: "curl -T", target: { atLeast: 0.8 } });
}

async function uploadSmall({ ftp, workload }: World, count: number): Promise<Finding[]> {
  const sizeBytes = 64 * 1024;
  const hand = await prepareByHand(join(tmpdir(), "by-hand"), ftp);
  const sources: Source[] = [];
  for (let number = 0; number < count; number += 1)
    sources.push(await makeSource(join(hand.folder, `small-${number}`), sizeBytes));
  const rate = (elapsedMs: number) => count / (elapsedMs / 1000);
  const byDwld = async () => {
    const userName = randomUUID();
    const elapsedMs = await workload.msUntilDelivered(sources, userName);
    await rm(join(ftp.root, userName), { recursive: true });
    return rate(elapsedMs);
  };
  const byHand = (script: string) => async () => {
    const { elapsedMs } = await hand.run(script);
    for (const { path } of sources) await rm(join(ftp.root, basename(path)));
    return rate(elapsedMs);
  };
  const oneByOne = byHand('for file in small-*; do curl -sS -K "$CURL" -T "$file" "$FTP" || exit; done');
  const together = byHand(`curl -sS -K "$CURL" -T "small-[0-${count - 1}]" "$FTP"`);
  const row = { what: `upload of ${count} files of 64 KiB, each a task`, unit: "perSecond" } as const;
  return [
    compare({
      ...row,
      pairs: await measurePairs(rounds, byDwld, together),
      beside: "curl -T, all in one session",
      target: { atLeast: 0.4 },
    }),
    compare({ ...row, pairs: await measurePairs(3, byDwld, oneByOne), beside: "curl -T, one by one" }),
  ];
}
