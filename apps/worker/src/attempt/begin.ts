import type { Logger } from "@dwld/daemon";
import { type Database, type DownloadWork, logFacts } from "@dwld/queue";
import type { CookieStore } from "../cookies/cookie-store.ts";
import type { StagePlan } from "../stages/plan-attempt.ts";
import { makeOwnFolder, prepareWorkdir, type Workdir } from "../workdir/workdir.ts";
import type { Trial } from "../ytdlp-versions/trials.ts";
import type { TriedYtdlp } from "../ytdlp-versions/tried-ytdlps.ts";
import { AttemptRecord } from "./attempt-record.ts";
import { createDownloadProgress, type ProgressParts } from "./progress.ts";
import type { Attempt } from "./result.ts";
import { createThumbnail, type ThumbnailParts } from "./thumbnail.ts";

export type BeginParts = ProgressParts &
  ThumbnailParts & {
    cookies: CookieStore;
    database: Database;
    downloads: string;
    /** dwld's own folder below it. */
    ownFolder: string;
    /** The name of this host. */
    host: string;
    logger: Logger;
  };

/** How an attempt begins. */
type Beginning = {
  readonly plan: StagePlan;
  readonly tried: TriedYtdlp;
  /** The versions that were broken on its link just now. */
  readonly brokenBefore: readonly Trial[];
};

/** Prepares the folder and the cookies of an attempt, and its record. */
export async function beginAttempt(
  parts: BeginParts,
  work: DownloadWork,
  workdir: Workdir,
  { plan, tried, brokenBefore }: Beginning,
): Promise<Attempt> {
  const { task } = work.lease;
  const { name: stage, settings } = plan;
  const { ytdlp, trial } = tried;
  await makeOwnFolder(parts.downloads, parts.ownFolder);
  const fingerprint = {
    link: task.link,
    quality: task.target_quality,
    options: task.options,
    settings,
    version: ytdlp.version,
  };
  const cookies = await parts.cookies.take(settings);
  await prepareWorkdir(workdir, fingerprint, cookies?.file);
  const facts = { stage, host: parts.host, ytdlpVersion: ytdlp.version, ...(cookies && { cookieFile: cookies.file }) };
  const record = new AttemptRecord({
    ...{ database: parts.database, lease: work.lease, facts, now: parts.now },
    onBegin: ({ number }) => {
      parts.logger.info({ ...logFacts(task), link: task.link, stage, attempt: number }, "an attempt begins");
    },
  });
  const progress = createDownloadProgress(parts, work.lease);
  const thumbnail = createThumbnail(parts, { work, workdir, ytdlp, progress });
  return { work, workdir, plan, ytdlp, record, cookies, progress, thumbnail, brokenBefore, ...(trial && { trial }) };
}
