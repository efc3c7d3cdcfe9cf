import { timestampMs } from "@bufbuild/protobuf/wkt";
import { type Failure, FailureClassSchema, type Progress, type Task, TaskState, TaskStateSchema } from "@dwld/rpc";
import { localText } from "./local-text.ts";
import { oneLine, sizeText } from "@dwld/text";
import { percentText, qualityNumber, spanText, speedText, untilText } from "./quantities.ts";

/** "queued", "ready to send", ...; a state that this version does not know is shown by its number. */
export function stateWord(state: TaskState): string {
  return TaskStateSchema.value[state]?.localName.toLowerCase().replaceAll("_", " ") ?? `state ${state}`;
}

/** DONE, FAILED and CANCELED are the end of a task. */
export function isFinal(state: TaskState): boolean {
  return state === TaskState.DONE || state === TaskState.FAILED || state === TaskState.CANCELED;
}

/** The name of a failure class, as the documentation spells it: "rate_limited". */
export function failureWord(failure: Failure): string {
  const value = FailureClassSchema.value[failure.failureClass];
  return value?.localName.toLowerCase() ?? `class ${failure.failureClass}`;
}

/** Returns the failure in one line: its class, and the advice or else the deciding line. */
function failureText(failure: Failure): string {
  const sentence = localText(failure.advice) || oneLine(failure.message);
  return sentence === "" ? failureWord(failure) : `${failureWord(failure)}: ${sentence}`;
}

/** The title of a task, or its link until the title is known. */
export function taskName(task: Task): string {
  return oneLine(task.title) || oneLine(task.link);
}

/** The quality that arrived and the one requested, by the shorter side of the picture: "720p/1080p", "1080p/best", "audio". */
export function qualityText(task: Task): string {
  if (task.options?.audioOnly === true) return "audio";
  const asked = task.targetQuality === 0 ? "best" : qualityNumber(task.targetQuality);
  const got = gotPixels(task);
  return got === undefined ? asked : `${qualityNumber(got)}/${asked}`;
}

/** The shorter side of the downloaded picture, in pixels. */
export function gotPixels(task: Task): number | undefined {
  if (task.height === undefined) return undefined;
  return Math.min(task.height, task.width ?? task.height);
}

/** The size of all files of a task, in bytes. */
export function totalBytes(task: Task): bigint {
  return task.files.reduce((sum, file) => sum + file.sizeBytes, 0n);
}

/** The path of the files of a task, on the server or on the disk; empty while it is unknown. */
function whereText(task: Task): string {
  const [first] = task.files;
  if (first === undefined) return "";
  const where = oneLine(first.remotePath) || oneLine(first.localPath);
  return task.files.length === 1 ? where : `${where} and ${task.files.length - 1} more`;
}

/** The known parts of a progress, in their order on the line. */
export function progressParts(progress: Progress): { percent: string; bytes: string; speed: string; eta: string } {
  const done = sizeText(progress.doneBytes);
  return {
    percent: progress.progressPercent === undefined ? oneLine(progress.step) : percentText(progress.progressPercent),
    bytes: progress.totalBytes === undefined ? done : `${done} of ${sizeText(progress.totalBytes)}`,
    speed: progress.speedBytesPerSecond === undefined ? "" : speedText(progress.speedBytesPerSecond),
    eta: progress.eta === undefined ? "" : `${spanText(Number(progress.eta.seconds) * 1000)} left`,
  };
}

/** The details of a task beside its state and its name; may be empty. */
export function detailText(task: Task, nowMs: number): string {
  const failure = task.failure === undefined ? "" : failureText(task.failure);
  switch (task.state) {
    case TaskState.DONE:
      if (task.childCount > 0) return `playlist, ${task.childCount} ${task.childCount === 1 ? "entry" : "entries"}`;
      return [
        qualityText(task),
        task.files.length === 0 ? "" : sizeText(totalBytes(task)),
        whereText(task),
        localText(task.remark),
      ]
        .filter((part) => part !== "")
        .join("  ");
    case TaskState.FAILED:
      return failure;
    case TaskState.QUEUED:
    case TaskState.READY_TO_SEND:
      return [waitText(task, nowMs), failure === "" ? "" : `after ${failure}`].filter((part) => part !== "").join(", ");
    case TaskState.DOWNLOADING:
    case TaskState.SENDING:
      if (task.progress === undefined) return "";
      return Object.values(progressParts(task.progress))
        .filter((part) => part !== "")
        .join("  ");
    default:
      return "";
  }
}

/** "waits: youtube is paused: it takes us for a robot, until 04:48 (29m)"; empty if it does not wait. */
function waitText({ wait }: Task, nowMs: number): string {
  if (wait === undefined) return "";
  const until = wait.until === undefined ? "" : untilText(timestampMs(wait.until), nowMs);
  return [`waits: ${localText(wait.text)}`, until].filter((part) => part !== "").join(", ");
}
