import { randomUUID } from "node:crypto";
import { readdir, rm, writeFile } from "node:fs/promises";
import { cpus, tmpdir } from "node:os";
import { join } from "node:path";
import { type FtpServer, startDwld, startSampleSite, startVsftpd } from "@dwld/testbed";
import { compare, type Question } from "../finding.ts";
import { measurePairs } from "../pairs.ts";
import { type ByHand, prepareByHand } from "../world/by-hand.ts";
import { msUntilDone } from "../world/done-tasks.ts";

const rounds = 5;
const sizeBytes = 2_000_000;

/** A yt-dlp and a curl for each link, as many at once as there are cores. */
const oneEach = `xargs -P "$1" -I LINK sh -c \\
  'name=\${1##*/}.mp4; yt-dlp -q -o "$name" "$1" && curl -sS -K "$CURL" -T "$name" "$FTP"' sh LINK < links`;

/** One yt-dlp for all links, then one login for all files. */
const oneForAll = `yt-dlp -q -o '%(id)s.mp4' -a links &&
  curl -sS -K "$CURL" -T "{$(ls *.mp4 | tr '\\n' ',' | sed 's/,$//')}" "$FTP"`;

/** Measures many short videos, for which starting programs and logging in is most of the work. */
export const measureShortVideos: Question = async ({ quick, say }) => {
  const count = quick ? 10 : 100;
  const parallel = cpus().length;
  const names = Array.from({ length: count }, (_, index) => `short-${index}`);
  await using site = await startSampleSite({ videos: names.map((name) => ({ name, sizeBytes })) });
  await using ftp = await startVsftpd();
  await using dwld = await startDwld({
    apps: ["up"],
    configuration: {
      ftp: ftp.configuration,
      worker: { parallel },
      // All links are of one site, whose default limit would leave places empty.
      sites: { sample: { hosts: ["127.0.0.1"], parallel } },
    },
  });
  const links = names.map((name) => site.pageLink(name));
  const hand = await prepareByHand(join(tmpdir(), "by-hand"), ftp);
  await writeFile(join(hand.folder, "links"), `${links.join("\n")}\n`);

  const byDwld = async () => {
    const userName = randomUUID();
    const elapsedMs = await msUntilDone(
      dwld,
      links.map((link) => ({ link, userName })),
    );
    await rm(join(ftp.root, userName), { recursive: true });
    return elapsedMs;
  };
  const what = `${count} videos of 2 MB, delivered and verified`;
  say(`short-videos: ${what}`);
  const bulkMs: number[] = [];
  const pairs = await measurePairs(rounds, byDwld, async () => {
    bulkMs.push(await handed(hand, ftp, count, () => hand.run(oneForAll)));
    return await handed(hand, ftp, count, () => hand.run(oneEach, String(parallel)));
  });
  const besideBulk = pairs.map(({ dwld: value }, round) => ({ dwld: value, beside: bulkMs[round] ?? 0 }));
  const row = { what, unit: "ms" } as const;
  return [
    compare({ ...row, pairs, beside: `xargs -P ${parallel}: yt-dlp && curl -T`, target: { atMost: 0.2 } }),
    compare({ ...row, pairs: besideBulk, beside: "yt-dlp -a, curl -T {all}", target: { atMost: 3 } }),
  ];
};

/** Runs a script that delivers `count` files to the server, and removes them again. */
async function handed(hand: ByHand, ftp: FtpServer, count: number, run: () => Promise<number>): Promise<number> {
  const elapsedMs = await run();
  const videosIn = async (folder: string) => (await readdir(folder)).filter((name) => name.endsWith(".mp4"));
  const arrived = await videosIn(ftp.root);
  if (arrived.length !== count) throw new Error(`By hand, ${arrived.length} of ${count} videos arrived.`);
  for (const folder of [hand.folder, ftp.root]) for (const name of await videosIn(folder)) await rm(join(folder, name));
  return elapsedMs;
}
