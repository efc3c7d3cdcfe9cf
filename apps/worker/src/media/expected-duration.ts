import type { TaskOptions } from "@dwld/queue";

/** What is known of a file before it is looked into; seconds. */
export type Announcement = {
  /** Of the whole video, as the site tells it. */
  announcedSeconds?: number | undefined;
  live: boolean;
  /** Of the whole video, less what was cut out. */
  cutSeconds?: number | undefined;
  /** Of a part. */
  startSeconds?: number | undefined;
  endSeconds?: number | undefined;
};

/** How long a file should be, in seconds; undefined where nobody can know: a live stream lasts as long as it lasts. */
export function expectedDuration(options: TaskOptions, file: Announcement): number | undefined {
  if (file.live) return undefined;
  if (options.sections.length > 0) {
    const end = file.endSeconds ?? file.announcedSeconds;
    return end === undefined ? undefined : Math.max(0, end - (file.startSeconds ?? 0));
  }
  return options.sponsorblockRemove.length > 0 ? file.cutSeconds : file.announcedSeconds;
}
