import { basename } from "node:path";
import { parseOptions, type TaskOptions } from "@dwld/options";
import { playlistArguments } from "../ytdlp/arguments.ts";
import type { Beyond } from "@dwld/queue";
import { initialRunState } from "../ytdlp/run-state.ts";
import type { RunYtdlp, YtdlpExit } from "../ytdlp/run-ytdlp.ts";
import { failureOfExit } from "./failure-of-exit.ts";
import { createEntryReader, type EntryReader } from "./playlist-entries.ts";
import type { Attempt, Failure, Result } from "./result.ts";

export type PlaylistParts = {
  now: () => number;
  runYtdlp: RunYtdlp;
  /** `limits.perChat.playlistEntries`. */
  playlistLimit: number;
};

/** Number of entries to list if only some days are wanted: entries of other days do not count towards the limit. */
const lookAhead = 1000;

/** Number of nested lists to read. A channel has some tabs, a list of playlists may have many. */
const maxLists = 20;

/**
 * Lists the entries of a playlist; downloads nothing. Succeeds with the entries that could be read. Entries that are
 * playlists themselves, such as the tabs of a channel, are listed too, one level deep.
 */
export async function listPlaylist(parts: PlaylistParts, attempt: Attempt): Promise<Result> {
  const { work, workdir, plan, ytdlp, record } = attempt;
  const { task } = work.lease;
  const { settings: stage } = plan;
  const options = parseOptions(task);
  const { playlistLimit } = parts;
  const limit = options.playlistLimit === 0 ? playlistLimit : Math.min(options.playlistLimit, playlistLimit);
  const reader = createEntryReader(options, limit, parts.now());
  const days = isLimitedToDays(options);
  // One entry more than is taken shows whether there are others.
  const list = { items: days ? Math.max(limit, lookAhead) : limit + 1, days };
  const readList = (link: string) =>
    parts.runYtdlp({
      ytdlp,
      stage,
      folders: workdir,
      arguments: (marker) => playlistArguments({ link, ...list }, { ytdlp, stage, folders: workdir, marker }),
      signal: work.signal,
      phase: () => "reading",
      onEvent: (event) => {
        if (event.kind === "entry") reader.read(event);
      },
      onLeader: (leader) => record.beginRun(leader),
      onPace: work.markPace,
    });
  const exit = await readList(task.link);
  for (const link of reader.lists.slice(0, maxLists)) {
    if (work.signal.aborted || reader.entries.length >= limit) break;
    await readList(link);
  }
  const { entries } = reader;
  const run = { exit, state: initialRunState };
  if (entries.length === 0)
    return { ...run, result: "failed", failure: whyEmpty(exit, reader, stage.proxy !== undefined, parts.now()) };
  const title = reader.title === "" ? basename(new URL(task.link).pathname) || task.link : reader.title;
  const isAsked = options.playlistLimit === limit;
  return {
    ...run,
    result: "expanded",
    title,
    entries,
    ...(reader.beyond > 0 && !isAsked && { beyond: beyondOf(reader, days) }),
  };
}

/** The total counts entries of all days, and those of the first list alone. */
function beyondOf({ entries, lists, total }: EntryReader, days: boolean): Beyond {
  const isKnown = total !== undefined && total > entries.length && lists.length === 0 && !days;
  return { most: entries.length, ...(isKnown && { total }) };
}

function isLimitedToDays({ uploadedAfter, uploadedBefore }: TaskOptions): boolean {
  return uploadedAfter !== "" || uploadedBefore !== "";
}

/** Returns why a list has no entries. */
function whyEmpty(exit: YtdlpExit, { outside }: EntryReader, hadProxy: boolean, nowMs: number): Failure {
  if (outside > 0) {
    const line = `no entry was uploaded within the days that were asked for; left out: ${outside}`;
    return { failureClass: "filtered", line };
  }
  return failureOfExit(exit, { hadProxy, fileNamed: false, nowMs });
}
