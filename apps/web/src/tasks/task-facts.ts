import { LiveMode, type Task, TaskState } from "@dwld/rpc";
import { oneLine } from "@dwld/text";
import { isFinal } from "./sections.ts";

/** A title may have ten thousand letters; more than these are never shown. */
const shownCharacters = 240;

/** Returns text from outside as one short line. */
export function shortLine(text: string, maxCharacters = shownCharacters): string {
  return oneLine(text, maxCharacters);
}

/** Returns the title of a task; while there is none, its link without what every link has. */
export function taskName({ title, link }: Pick<Task, "title" | "link">, maxCharacters = shownCharacters): string {
  const named = shortLine(title, maxCharacters);
  return named === "" ? shortLine(link.replace(/^https?:\/\/(www\.)?/, ""), maxCharacters) : named;
}

/** The person or chat of a task; empty if it is the page's own. */
export function taskOwner({ userName, chatId }: Pick<Task, "userName" | "chatId">, ownChat: string): string {
  return shortLine(userName, 60) || (chatId === ownChat ? "" : shortLine(chatId, 60));
}

export function isRecording({ state, options }: Pick<Task, "state" | "options">): boolean {
  return state === TaskState.DOWNLOADING && recordsLive(options);
}

function recordsLive(options: Task["options"]): boolean {
  return options?.liveMode === LiveMode.RECORD || options?.liveMode === LiveMode.RECORD_FROM_START;
}

/** The kind of a task, for a picture where there is none. */
export function kindOf(task: Pick<Task, "options" | "childCount">): "live" | "list" | "sound" | "video" {
  if (task.childCount > 0) return "list";
  if (task.options?.audioOnly === true) return "sound";
  return recordsLive(task.options) ? "live" : "video";
}

/** The shorter side of the picture that arrived, in pixels. */
export function gotPixels({ height, width }: Pick<Task, "height" | "width">): number | undefined {
  return height === undefined ? undefined : Math.min(height, width ?? height);
}

/** The size of all files, in bytes. */
export function totalBytes({ files }: Pick<Task, "files">): number {
  return files.reduce((sum, { sizeBytes }) => sum + Number(sizeBytes), 0);
}

/** Whether files of the task are on a disk of the downloader. */
export function hasFilesHere({ files }: Pick<Task, "files">): boolean {
  return files.some(({ downloadPath, localPath }) => downloadPath !== "" || localPath !== "");
}

export function canRetry({ state }: Pick<Task, "state">): boolean {
  return state === TaskState.FAILED || state === TaskState.CANCELED;
}

export function canCancel(task: Pick<Task, "state">): boolean {
  return !isFinal(task);
}

const processors: Readonly<Record<string, Phase>> = {
  Merger: "merging",
  ExtractAudio: "extracting",
  recode: "encoding",
  VideoConvertor: "encoding",
  verify: "verifying",
};

export type Phase =
  | "lookingUp"
  | "downloading"
  | "sound"
  | "recording"
  | "merging"
  | "extracting"
  | "encoding"
  | "finishing"
  | "delivering"
  | "verifying";

/**
 * Returns what is done with a task in work. Post-processors of yt-dlp have names like "EmbedSubtitle"; any other step is a
 * download or, once the files are complete, a delivery.
 */
export function phaseOf(task: Pick<Task, "state" | "options" | "progress">): Phase {
  const { state, options, progress } = task;
  const known = progress === undefined ? undefined : processors[progress.step];
  if (state === TaskState.SENDING) return known === "verifying" ? known : "delivering";
  if (progress === undefined) return "lookingUp";
  if (known !== undefined) return known;
  if (/^[A-Z][A-Za-z0-9]+$/.test(progress.step)) return "finishing";
  if (isRecording(task) && progress.totalBytes === undefined) return "recording";
  return options?.audioOnly === true ? "sound" : "downloading";
}

/** Returns the progress of the step in percent; undefined if nobody knows, or if the step is at 100 % from its beginning. */
export function percentOf(task: Pick<Task, "state" | "options" | "progress">): number | undefined {
  const measured: readonly Phase[] = ["downloading", "sound", "delivering", "verifying", "encoding"];
  return measured.includes(phaseOf(task)) ? task.progress?.progressPercent : undefined;
}
