import { normaliseLink, type TaskOptions } from "@dwld/queue";
import type { YtdlpEvent } from "../ytdlp/events.ts";

export type Entry = { link: string; title: string };

type EntryEvent = Extract<YtdlpEvent, { kind: "entry" }>;

const dayMs = 24 * 60 * 60 * 1000;

/** Reads what yt-dlp tells of a playlist, entry by entry. */
export type EntryReader = {
  read(event: EntryEvent): void;
  /** Entries to be made tasks, in the list's order, at most `limit`. */
  readonly entries: readonly Entry[];
  /** Links of entries that are playlists themselves: the tabs of a channel. */
  readonly lists: readonly string[];
  /** How many were left out for their day. */
  readonly outside: number;
  readonly title: string;
};

export function createEntryReader(options: TaskOptions, limit: number, nowMs: number): EntryReader {
  const entries = new Map<string, Entry>();
  const lists = new Set<string>();
  let outside = 0;
  let playlistTitle = "";
  return {
    read: (event) => {
      if (playlistTitle === "") ({ playlistTitle } = event);
      // Entries of one page share its link: then the next of their links tells them apart.
      const link = event.links.map(normaliseLink).find((candidate) => !entries.has(candidate));
      if (link === undefined) return;
      if (readsLists.test(event.reader)) lists.add(link);
      else if (isOutside(event, options, nowMs)) outside += 1;
      else if (entries.size < limit) entries.set(link, { link, title: event.title });
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
    get title() {
      return playlistTitle;
    },
  };
}

/** yt-dlp's classes are named after what they read: YoutubeTab, VimeoChannel, DailymotionPlaylist, MixcloudUser. */
const readsLists = /(?:Tab|Playlist|Channel|User|Album|Collection|Series|Season)$/;

/** What a list does not date is not outside: its own run decides. */
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

/** YouTube's "1 year ago" may be almost two: a day that was counted back may be as early again, and one more. */
function earliestDay(day: string, nowMs: number): string {
  const ms = Date.parse(day);
  const ageMs = Math.max(0, nowMs - ms);
  return new Date(ms - ageMs - dayMs).toISOString().slice(0, 10);
}
