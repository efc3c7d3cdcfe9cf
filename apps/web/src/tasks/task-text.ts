import { timestampDate } from "@bufbuild/protobuf/wkt";
import { type Task, TaskState, WaitReason } from "@dwld/rpc";
import { gotPixels, percentOf, phaseOf, shortLine, totalBytes } from "./task-facts.ts";
import { sectionOf } from "./sections.ts";
import { bytesText, numberText, spanText, speedText, timeText } from "../words/formats.ts";
import { localized } from "../words/language.ts";
import { listWords } from "../words/list.ts";
import { phaseWords } from "../words/phases.ts";

export type TaskText = {
  readonly tone: "goes" | "waits" | "failed" | "done" | "canceled";
  /** The state, in a sentence. */
  readonly sentence: string;
  /** The figure or the time that a person looks for, beside the title; may be empty. */
  readonly figure: string;
  /** The difference between the result and what was asked for; mostly empty. */
  readonly remark: string;
};

/** Returns how a task is, in words. Each state has a sentence, also one that this version does not know. */
export function taskText(task: Task, today: Date): TaskText {
  switch (sectionOf(task)) {
    case "now":
      return inWork(task);
    case "waiting":
      return waiting(task, today);
    case "failed":
      return {
        tone: "failed",
        sentence: failureSentence(task) || listWords().failedSentence,
        figure: endText(task, today),
        remark: "",
      };
    case "done":
      return ended(task, today);
  }
}

function inWork(task: Task): TaskText {
  const words = listWords();
  const { progress } = task;
  const percent = percentOf(task);
  const parts = [phaseWords()[phaseOf(task)]];
  if (progress !== undefined && progress.doneBytes > 0n) {
    const done = bytesText(progress.doneBytes);
    parts.push(progress.totalBytes === undefined ? done : words.bytesOf(done, bytesText(progress.totalBytes)));
  }
  const speed = progress?.speedBytesPerSecond;
  if (speed !== undefined && speed > 0n) parts.push(words.at(speedText(speed)));
  const left = progress?.eta === undefined ? "" : words.left(leftText(Number(progress.eta.seconds)));
  const done = percent === undefined ? "" : `${numberText(Math.floor(Math.min(100, Math.max(0, percent))))} %`;
  return {
    tone: "goes",
    sentence: parts.join(", "),
    figure: join(done, percent === undefined ? "" : left),
    remark: "",
  };
}

function waiting(task: Task, today: Date): TaskText {
  const words = listWords();
  const { wait } = task;
  const until = wait?.until === undefined ? "" : timeText(timestampDate(wait.until), today);
  // "The last attempt failed" says less than why it did.
  const isRetry = wait?.reason === WaitReason.NEXT_ATTEMPT;
  const why = isRetry ? failureSentence(task) : "";
  const figure = until === "" ? "" : isRetry ? words.next(until) : words.until(until);
  return {
    tone: "waits",
    sentence: why || sentence(localized(wait?.text ?? []), task.site) || words.waits,
    figure,
    remark: "",
  };
}

function ended(task: Task, today: Date): TaskText {
  const words = listWords();
  const time = endText(task, today);
  if (task.state === TaskState.CANCELED)
    return { tone: "canceled", sentence: words.canceledSentence, figure: join(words.isCanceled, time), remark: "" };
  const remark = localized(task.remark);
  if (task.childCount > 0)
    return { tone: "done", sentence: words.entries(task.childCount), figure: join(words.arrived, time), remark };
  return {
    tone: "done",
    sentence: resultText(task) || words.noFiles,
    figure: join(verdict(task), time),
    remark,
  };
}

function verdict({ files }: Task): string {
  const words = listWords();
  if (files.some(({ verifiedBy }) => verifiedBy.startsWith("left as it was"))) return words.leftAsItWas;
  return files.length > 0 && files.every(({ verifiedBy }) => verifiedBy !== "") ? words.verified : words.arrived;
}

/** "/videos/ann/Dunes.mp4 · 1080p · 1.2 GB" */
function resultText(task: Task): string {
  const words = listWords();
  const [first] = task.files;
  if (first === undefined) return "";
  const pixels = gotPixels(task);
  return join(
    shortLine(first.remotePath || first.localPath || first.name),
    task.files.length === 1 ? "" : words.files(task.files.length),
    task.options?.audioOnly === true ? words.sound : pixels === undefined ? "" : `${pixels}p`,
    bytesText(totalBytes(task)),
  );
}

function failureSentence({ failure }: Task): string {
  return failure === undefined ? "" : localized(failure.advice) || sentence(shortLine(failure.message));
}

function endText({ finishTime, updateTime }: Task, today: Date): string {
  const time = finishTime ?? updateTime;
  return time === undefined ? "" : timeText(timestampDate(time), today);
}

/** A span that does not change with each look at it: minutes, from one on. */
function leftText(seconds: number): string {
  return spanText(seconds < 60 ? seconds : Math.ceil(seconds / 60) * 60);
}

/** A clause as a sentence: with a full stop, and a capital unless it begins with the name of a site. */
export function sentence(clause: string, site = ""): string {
  if (clause === "") return "";
  const [first = ""] = clause;
  const begun =
    site !== "" && clause.startsWith(site) ? clause : first.toLocaleUpperCase() + clause.slice(first.length);
  return /[.!?…]$/.test(clause) ? begun : `${begun}.`;
}

export function join(...parts: readonly string[]): string {
  return parts.filter((part) => part !== "").join(" · ");
}
