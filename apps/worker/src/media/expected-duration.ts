import type { TaskOptions } from "@dwld/queue";

/** Facts about a file before it is probed. */
export type Announcement = {
  /** Duration of the whole video, as the site tells it. */
  announcedSeconds?: number | undefined;
  live: boolean;
  /** Duration of the whole video without the parts that were cut out. */
  cutSeconds?: number | undefined;
  /** Begin and end of a section. */
  startSeconds?: number | undefined;
  endSeconds?: number | undefined;
};

/** Returns the duration that a file should have, seconds; undefined if nobody can know, as for a live stream. */
export function expectedDuration(options: TaskOptions, file: Announcement): number | undefined {
  if (file.live) return undefined;
  if (options.sections.length > 0) {
    const end = file.endSeconds ?? file.announcedSeconds;
    return end === undefined ? undefined : Math.max(0, end - (file.startSeconds ?? 0));
  }
  return options.sponsorblockRemove.length > 0 ? file.cutSeconds : file.announcedSeconds;
}
