import type { Question } from "./finding.ts";
import { measureEnqueue } from "./questions/enqueue.ts";
import { measureHistory } from "./questions/history.ts";
import { measureIdle } from "./questions/idle.ts";
import { measureOneVideo } from "./questions/one-video.ts";
import { measureShortVideos } from "./questions/short-videos.ts";
import { measureUpload } from "./questions/upload.ts";
import { measureWakeUp } from "./questions/wake-up.ts";

/** What is promised to be fast, in the order of the table. */
export const questions: Readonly<Record<string, Question>> = {
  "short-videos": measureShortVideos,
  "one-video": measureOneVideo,
  enqueue: measureEnqueue,
  upload: measureUpload,
  "wake-up": measureWakeUp,
  history: measureHistory,
  idle: measureIdle,
};
