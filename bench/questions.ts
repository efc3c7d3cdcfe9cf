import type { Comparison, Question } from "./finding.ts";
import { compareEnqueue, measureEnqueue } from "./questions/enqueue.ts";
import { measureHistory } from "./questions/history.ts";
import { measureEngines } from "./questions/engines.ts";
import { measureHosts } from "./questions/hosts.ts";
import { compareIdle, measureIdle } from "./questions/idle.ts";
import { measureMemory } from "./questions/memory.ts";
import { compareOneVideo, measureOneVideo } from "./questions/one-video.ts";
import { compareShortVideos, measureShortVideos } from "./questions/short-videos.ts";
import { measureStart } from "./questions/start.ts";
import { measureUpload } from "./questions/upload.ts";
import { measureWakeUp } from "./questions/wake-up.ts";

/** The questions, in the order of the table. */
export const questions: Readonly<Record<string, Question>> = {
  "short-videos": measureShortVideos,
  "one-video": measureOneVideo,
  enqueue: measureEnqueue,
  upload: measureUpload,
  "wake-up": measureWakeUp,
  history: measureHistory,
  engines: measureEngines,
  hosts: measureHosts,
  idle: measureIdle,
  memory: measureMemory,
  start: measureStart,
};

/** The questions that can be asked of two versions in one run. */
export const comparisons: Readonly<Record<string, Comparison>> = {
  "short-videos": compareShortVideos,
  "one-video": compareOneVideo,
  enqueue: compareEnqueue,
  idle: compareIdle,
};
