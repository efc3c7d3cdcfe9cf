import type { TaskOptions } from "@dwld/options";
import { normaliseLink } from "@dwld/queue";
import { dayMs } from "@dwld/timing";
import type { YtdlpEvent } from "../ytdlp/events.ts";

export type Entry = { link: string; title: string };

type EntryEvent = Extract<YtdlpEvent, { kind: "entry" }>;

/** Collects the entries that yt-dlp prints of a playlist. */
export type EntryReader = {
  read(event: EntryEvent): void;
  /** Entries to make tasks of, in the order of the list, at most `limit`. */
  readonly entries: readonly Entry[];
  /** Links of entries that are playlists themselves, such as the tabs of a channel. */
  readonly lists: readonly string[];
  /** Number of entries left out because of their day. */
  readonly outside: number;
  /** Number of entries that were read beyond the limit. */
  readonly beyond: number;
  /** The number of entries of the whole list; undefined if it did not tell. */
  readonly total: number | undefined;
  readonly title: string;
};

/** Most lists within a list that are kept. */
const mostLists = 1000;

export function createEntryReader(options: TaskOptions, limit: number, nowMs: number): EntryReader {
  const entries = new Map<string, Entry>();
  const lists = new Set<string>();
  let outside = 0;
  let beyond = 0;
  let total: number | undefined;
  let playlistTitle = "";
  return {
    read: (event) => {
      if (playlistTitle === "") ({ playlistTitle } = event);
      total ??= event.playlistCount;
      // Entries of one page share its link: then the next of their links tells them apart.
      const link = event.links.map(normaliseLink).find((candidate) => !entries.has(candidate));
      if (link === undefined) return;
      if (readsLists.test(event.reader)) {
        if (lists.size < mostLists) lists.add(link);
      } else if (isOutside(event, options, nowMs)) outside += 1;
      else if (entries.size < limit) entries.set(link, { link, title: event.title });
      else beyond += 1;
    },
    get entries() {
      return [...entries.values()];
    },
    get lists() {
      return [...lists];
    },
    get outside() {
      return outside;
    },
    get beyond() {
      return beyond;
    },
    get total() {
      return total;
    },
    get title() {
      return playlistTitle;
    },
  };
}

/** yt-dlp names its extractors after what they read: YoutubeTab, VimeoChannel, DailymotionPlaylist, MixcloudUser. */
const readsLists = /(?:Tab|Playlist|Channel|User|Album|Collection|Series|Season)$/;

/** Returns whether an entry was uploaded on another day than requested. Without a date its own run decides. */
export function isOutside(
  { uploaded, reader }: Pick<EntryEvent, "uploaded" | "reader">,
  { uploadedAfter, uploadedBefore }: Pick<TaskOptions, "uploadedAfter" | "uploadedBefore">,
  nowMs: number,
): boolean {
  if (uploaded === undefined) return false;
  if (uploadedAfter !== "" && uploaded < uploadedAfter) return true;
  const earliest = reader === "Youtube" ? earliestDay(uploaded, nowMs) : uploaded;
  return uploadedBefore !== "" && earliest > uploadedBefore;
}

/** Doubles the age, and adds a day: YouTube's "1 year ago" may be almost two years. */
function earliestDay(day: string, nowMs: number): string {
  const ms = Date.parse(day);
  const ageMs = Math.max(0, nowMs - ms);
  return new Date(ms - ageMs - dayMs).toISOString().slice(0, 10);
}
