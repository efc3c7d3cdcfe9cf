import type { TaskOptions } from "@dwld/queue";

/** What is asked of one run. */
export type DownloadRequest = {
  link: string;
  /** Cap on the shorter side in pixels; 0: best. */
  targetQuality: number;
  options: TaskOptions;
};
