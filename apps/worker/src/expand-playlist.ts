import { basename } from "node:path";
import { type AttemptRow, normaliseLink, noteProcessGroup, parseOptions, type Work } from "@dwld/queue";
import { adviceFor } from "./failure/advice.ts";
import { classifyFailure } from "./failure/classify-failure.ts";
import { whenToRetry } from "./failure/policy.ts";
import type { FetchResult } from "./fetch-video.ts";
import { cacheFolder, type TaskFolder } from "./folder/task-folder.ts";
import type { StagePlan } from "./stage/plan-attempt.ts";
import type { WorkerContext } from "./worker-context.ts";
import { playlistArguments } from "./ytdlp/arguments.ts";
import type { Capabilities } from "./ytdlp/capabilities.ts";
import { runYtdlp, type YtdlpRun } from "./ytdlp/run-ytdlp.ts";

export type ExpandResult =
  | {
      outcome: "expanded";
      run: YtdlpRun;
      downloadedBytes: number;
      title: string;
      entries: { link: string; title: string }[];
    }
  | Extract<FetchResult, { outcome: "failed" }>;

/** Lists a playlist's entries; nothing is downloaded. What came counts, even where some entries could not be read. */
export async function expandPlaylist(
  context: WorkerContext,
  { lease: { task }, signal }: Work,
  attempt: AttemptRow,
  plan: StagePlan,
  folder: TaskFolder,
  capabilities: Capabilities,
): Promise<ExpandResult> {
  const { playlistLimit, downloads } = context.configuration.worker;
  const asked = parseOptions(task).playlistLimit;
  const limit = asked === 0 ? playlistLimit : Math.min(asked, playlistLimit);
  const place = {
    home: folder.home,
    temp: folder.temp,
    cache: cacheFolder(downloads),
    ...(plan.settings.cookies === undefined ? {} : { cookies: folder.cookies }),
  };
  const entries = new Map<string, { link: string; title: string }>();
  const writes: Promise<void>[] = [];
  const run = await runYtdlp(
    context,
    folder,
    plan.settings,
    (marker) => playlistArguments(task.link, limit, plan.settings, place, capabilities, marker),
    signal,
    {
      event: (event) => {
        if (event.kind !== "entry") return;
        // Entries of one page share its link: then the next of their links tells them apart.
        const link = event.links.map(normaliseLink).find((candidate) => !entries.has(candidate));
        if (link !== undefined && entries.size < limit) entries.set(link, { link, title: event.title });
      },
      leader: (leader) => {
        writes.push(noteProcessGroup(context.database, attempt, leader));
      },
    },
  );
  await Promise.all(writes);
  if (entries.size > 0)
    return {
      outcome: "expanded",
      run,
      downloadedBytes: 0,
      title: basename(new URL(task.link).pathname) || task.link,
      entries: [...entries.values()],
    };
  const hadProxy = plan.settings.proxy !== undefined;
  const { failureClass, line, retryAtMs } = classifyFailure({
    ...run,
    hadProxy,
    fileNamed: false,
    nowMs: context.now(),
  });
  return {
    outcome: "failed",
    run,
    downloadedBytes: 0,
    failureClass,
    failure: { failureClass, message: line, advice: adviceFor(failureClass, "en", retryAtMs) },
    ...(retryAtMs === undefined ? {} : { retryAtMs: whenToRetry(failureClass, retryAtMs) }),
  };
}
