import { basename } from "node:path";
import { type AttemptRow, type DownloadWork, noteProcessGroup, parseOptions, type TaskOptions } from "@dwld/queue";
import { classifyFailure } from "../failure/classify-failure.ts";
import { failureFacts } from "../failure/failure-facts.ts";
import { whenToRetry } from "../stages/policy.ts";
import type { FetchResult } from "./run.ts";
import { cacheFolder, type TaskFolder } from "../workdir/workdir.ts";
import { createEntryReader, type Entry, type EntryReader } from "./playlist-entries.ts";
import type { StagePlan } from "../stages/plan-attempt.ts";
import type { WorkerContext } from "../worker-context.ts";
import { playlistArguments } from "../ytdlp/arguments.ts";
import type { Capabilities } from "../ytdlp/capabilities.ts";
import { runYtdlp, type YtdlpRun } from "../ytdlp/run-ytdlp.ts";
import { standstillLines } from "../process/watch-pace.ts";

export type ExpandResult =
  | {
      outcome: "expanded";
      run: YtdlpRun;
      downloadedBytes: number;
      title: string;
      entries: readonly Entry[];
    }
  | Extract<FetchResult, { outcome: "failed" }>;

/** So many of a list are looked at where days decide: those outside of them do not count. */
const lookAhead = 1000;

/** A channel has some tabs, a list of playlists may have many. */
const maxLists = 20;

/**
 * Lists a playlist's entries; nothing is downloaded. What came counts, even where some entries could not be read.
 * Entries that are playlists themselves, such as the tabs of a channel, are listed too; what is in those is no playlist.
 */
export async function expandPlaylist(
  context: WorkerContext,
  { lease: { task }, signal, markPace }: DownloadWork,
  attempt: AttemptRow,
  plan: StagePlan,
  folder: TaskFolder,
  capabilities: Capabilities,
): Promise<ExpandResult> {
  const { playlistLimit, downloads } = context.configuration.worker;
  const options = parseOptions(task);
  const limit = options.playlistLimit === 0 ? playlistLimit : Math.min(options.playlistLimit, playlistLimit);
  const reader = createEntryReader(options, limit, context.now());
  const place = {
    home: folder.home,
    temp: folder.temp,
    cache: cacheFolder(downloads),
    ...(plan.settings.cookies === undefined ? {} : { cookies: folder.cookies }),
  };
  const list = { items: byDay(options) ? Math.max(limit, lookAhead) : limit, days: byDay(options) };
  const readList = (link: string) =>
    runYtdlp(
      context,
      folder,
      plan.settings,
      (marker) => playlistArguments(link, list, plan.settings, place, capabilities, marker),
      signal,
      {
        event: (event) => {
          if (event.kind === "entry") reader.read(event);
        },
        leader: (leader) => noteProcessGroup(context.database, attempt, leader),
        pace: markPace,
      },
      { phase: () => "reading" },
    );
  const run = await readList(task.link);
  for (const link of reader.lists.slice(0, maxLists)) {
    if (signal.aborted || reader.entries.length >= limit) break;
    await readList(link);
  }
  const { entries, title } = reader;
  if (entries.length > 0)
    return {
      outcome: "expanded",
      run,
      downloadedBytes: 0,
      title: title === "" ? basename(new URL(task.link).pathname) || task.link : title,
      entries,
    };
  return { outcome: "failed", run, downloadedBytes: 0, ...whyEmpty(run, reader, plan, context.now()) };
}

function byDay({ uploadedAfter, uploadedBefore }: TaskOptions): boolean {
  return uploadedAfter !== "" || uploadedBefore !== "";
}

function whyEmpty(run: YtdlpRun, { outside }: EntryReader, plan: StagePlan, nowMs: number) {
  if (outside > 0) {
    const failureClass = "filtered" as const;
    const message = `no entry was uploaded within the days that were asked for; left out: ${outside}`;
    return { failureClass, failure: failureFacts(failureClass, message) };
  }
  if (run.standstill !== undefined)
    return { failureClass: "network" as const, failure: failureFacts("network", standstillLines[run.standstill]) };
  const hadProxy = plan.settings.proxy !== undefined;
  const { failureClass, line, retryAtMs } = classifyFailure({ ...run, hadProxy, fileNamed: false, nowMs });
  return {
    failureClass,
    failure: failureFacts(failureClass, line),
    ...(retryAtMs === undefined ? {} : { retryAtMs: whenToRetry(failureClass, retryAtMs) }),
  };
}
