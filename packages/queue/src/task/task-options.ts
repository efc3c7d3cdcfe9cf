import type { TaskRow } from "../table/schema.ts";

export type SponsorblockCategory = (typeof sponsorblockCategories)[number] | (typeof markableCategories)[number];

/** What SponsorBlock's users mark and yt-dlp can cut out: those that 2025.04.30 knows too. */
export const sponsorblockCategories = [
  "sponsor",
  "intro",
  "outro",
  "selfpromo",
  "preview",
  "filler",
  "interaction",
  "music_offtopic",
] as const;

/** What can be marked and not cut out. */
export const markableCategories = ["poi_highlight", "chapter"] as const;

/** A part of a video, in seconds; null: to its end. */
export type Section = { startSeconds: number; endSeconds: number | null };

/** What is wanted beside the video itself. */
export type TaskOptions = {
  audioOnly: boolean;
  /** `source`: as the site has it, m4a first; `best`: whatever is best; neither is encoded again. */
  audioFormat: "source" | "best" | "m4a" | "mp3";
  subtitleLanguages: readonly string[];
  /** Those that a machine wrote too. */
  automaticSubtitles: boolean;
  /** `default`: embedded into a video, beside a sound. */
  subtitlePlacement: "default" | "embedded" | "file";
  thumbnail: "none" | "embedded" | "file";
  embedChapters: boolean;
  embedMetadata: boolean;
  sponsorblockRemove: readonly SponsorblockCategory[];
  sponsorblockMark: readonly SponsorblockCategory[];
  /** Empty: the whole video. */
  sections: readonly Section[];
  playlist: boolean;
  /** 0: the server's limit. */
  playlistLimit: number;
  /** Days in UTC, "2026-01-31", each included; empty: no limit. */
  uploadedAfter: string;
  uploadedBefore: string;
  liveMode: "refuse" | "record" | "record_from_start";
  recode: "never" | "mp4";
};

/** What is meant where nothing is said. */
export const defaultOptions: TaskOptions = {
  audioOnly: false,
  audioFormat: "source",
  subtitleLanguages: [],
  automaticSubtitles: false,
  subtitlePlacement: "default",
  thumbnail: "none",
  embedChapters: false,
  embedMetadata: false,
  sponsorblockRemove: [],
  sponsorblockMark: [],
  sections: [],
  playlist: false,
  playlistLimit: 0,
  uploadedAfter: "",
  uploadedBefore: "",
  liveMode: "refuse",
  recode: "never",
};

/** A row that was written before an option existed asks for its default. */
export function parseOptions(task: Pick<TaskRow, "options">): TaskOptions {
  return { ...defaultOptions, ...(JSON.parse(task.options) as Partial<TaskOptions>) };
}

/**
 * The options that are not the default, sorted: equal for equal wishes, whatever options are invented later. What the
 * table keeps, and what the hash of a request is made of.
 */
export function serializeOptions(options: TaskOptions): string {
  const wished = Object.entries(options)
    .filter(([name, value]) => JSON.stringify(value) !== JSON.stringify(defaultOptions[name as keyof TaskOptions]))
    .toSorted(([a], [b]) => (a < b ? -1 : 1));
  return JSON.stringify(Object.fromEntries(wished));
}

/** Whether a live stream is wanted, and may be ended before its end. */
export function recordsLive(options: TaskOptions): boolean {
  return options.liveMode !== "refuse";
}
