import { type Timestamp, timestampMs } from "@bufbuild/protobuf/wkt";
import { optionWords, readOptions } from "@dwld/options";
import type { Attempt, EndNotification, File, Task } from "@dwld/rpc";
import { localText } from "./local-text.ts";
import { oneLine, sizeText } from "@dwld/text";
import { fieldLines } from "./field-lines.ts";
import { idText, type Look, stateText } from "./look.ts";
import { momentText, qualityNumber, runningTimeText, spanText } from "./quantities.ts";
import { detailText, failureWord, gotPixels, isFinal } from "./task-words.ts";

/** Returns all that is known of a task: its fields, its files, and its attempts in their order. */
export function taskPage(task: Task, look: Look, nowMs: number): string[] {
  const lines = fieldLines([
    ["id", oneLine(task.id)],
    ["link", oneLine(task.link)],
    ["title", oneLine(task.title)],
    [
      "state",
      [stateText(task.state, look), isFinal(task.state) ? "" : detailText(task, nowMs)].filter(Boolean).join("  "),
    ],
    ["failure", task.failure === undefined ? "" : `${failureWord(task.failure)}: ${oneLine(task.failure.message)}`],
    ["advice", localText(task.failure?.advice ?? [])],
    ["remark", localText(task.remark)],
    ["site", oneLine(task.site)],
    ["quality", qualityLine(task)],
    ["length", task.duration === undefined ? "" : runningTimeText(Number(task.duration.seconds))],
    ["options", task.options === undefined ? "" : oneLine(optionWords(readOptions(task.options).options).join("; "))],
    ["chat", oneLine(task.chatId)],
    ["user", oneLine(task.userName)],
    ["folder", oneLine(task.folder)],
    ["request id", oneLine(task.requestId)],
    ["playlist", oneLine(task.parentId)],
    ["entries", task.childCount === 0 ? "" : `${task.childCount} (dwld list --parent ${idText(task, look)})`],
    ["added", when(task.createTime, nowMs)],
    ["changed", when(task.updateTime, nowMs)],
    ["finished", when(task.finishTime, nowMs)],
    ["attempts", attemptsLine(task)],
    ["gives up", when(task.giveUpTime, nowMs)],
    ...task.endNotifications.map((told): [string, string] => ["tells", notificationText(told, nowMs)]),
  ]);
  if (task.files.length > 0) lines.push("", "files", ...task.files.flatMap(fileLines));
  if (task.attempts.length > 0)
    lines.push("", "attempts", ...task.attempts.flatMap((each) => attemptLines(each, nowMs)));
  return lines;
}

function qualityLine(task: Task): string {
  const asked = task.targetQuality === 0 ? "the best asked" : `${qualityNumber(task.targetQuality)} asked`;
  const got = gotPixels(task);
  if (got === undefined) return asked;
  const picture = task.width === undefined ? "" : ` (${task.width}x${task.height})`;
  return `${qualityNumber(got)} got${picture}, ${asked}`;
}

function attemptsLine({ attemptCount, attemptLimit, deliveryAttemptCount }: Task): string {
  const limit = attemptLimit === 0 ? "" : ` of ${attemptLimit}`;
  return `${attemptCount}${limit} to download, ${deliveryAttemptCount} to deliver`;
}

function fileLines(file: File): string[] {
  const verified = file.verifiedBy === "" ? "" : `  (verified by ${oneLine(file.verifiedBy)})`;
  return [
    `  ${oneLine(file.name)}  ${sizeText(file.sizeBytes)} (${file.sizeBytes} bytes)`,
    ...fieldLines([
      ["sha256", oneLine(file.sha256)],
      ["on the server", file.remotePath === "" ? "" : oneLine(file.remotePath) + verified],
      ["on the disk", oneLine(file.localPath)],
    ]).map((line) => `    ${line}`),
  ];
}

function attemptLines(attempt: Attempt, nowMs: number): string[] {
  const startMs = attempt.startTime === undefined ? undefined : timestampMs(attempt.startTime);
  const endMs = attempt.endTime === undefined ? nowMs : timestampMs(attempt.endTime);
  const facts = [
    `#${attempt.number}`,
    startMs === undefined ? "" : momentText(startMs),
    oneLine(attempt.stage),
    outcomeWord(attempt),
    attempt.exitCode === undefined ? "" : `exit ${attempt.exitCode}`,
    oneLine(attempt.signal),
    startMs === undefined ? "" : spanText(endMs - startMs),
    sizeText(attempt.downloadedBytes),
    attempt.ytdlpVersion === "" ? "" : `yt-dlp ${oneLine(attempt.ytdlpVersion)}`,
    attempt.host === "" ? "" : `on ${oneLine(attempt.host)}`,
  ];
  const { failure, remark } = attempt;
  const reasons = [oneLine(failure?.message ?? ""), localText(failure?.advice ?? []), localText(remark)];
  return [facts, ...reasons.map((reason) => ["  ", reason])]
    .filter((parts) => parts.at(-1) !== "" || parts.length > 2)
    .map((parts) => `  ${parts.filter((part) => part !== "").join("  ")}`);
}

function outcomeWord(attempt: Attempt): string {
  if (attempt.failure !== undefined) return failureWord(attempt.failure);
  return attempt.endTime === undefined ? "runs" : "ok";
}

/** Returns where the end is told, and what became of that. */
function notificationText(told: EndNotification, nowMs: number): string {
  const { url, sinceTime, acceptTime, giveUpTime, nextAttemptTime, attemptCount, answer } = told;
  const state =
    acceptTime !== undefined
      ? `told ${when(acceptTime, nowMs)}`
      : giveUpTime !== undefined
        ? `given up ${when(giveUpTime, nowMs)}`
        : sinceTime === undefined
          ? "when it has ended"
          : `waits since ${when(sinceTime, nowMs)}`;
  const count = `${attemptCount} ${attemptCount === 1 ? "try" : "tries"}`;
  // While the first try lasts, there is no answer.
  const tries = attemptCount === 0 ? "" : answer === "" ? count : `${count}: ${oneLine(answer)}`;
  const next = attemptCount === 0 || nextAttemptTime === undefined ? "" : `next try ${when(nextAttemptTime, nowMs)}`;
  return [oneLine(url), state, tries, next].filter((part) => part !== "").join("  ");
}

function when(time: Timestamp | undefined, nowMs: number): string {
  if (time === undefined) return "";
  const awayMs = timestampMs(time) - nowMs;
  return `${momentText(timestampMs(time))} (${awayMs > 0 ? `in ${spanText(awayMs)}` : `${spanText(-awayMs)} ago`})`;
}
