import { create } from "@bufbuild/protobuf";
import { timestampDate } from "@bufbuild/protobuf/wkt";
import { type FileRow, parseTexts, type TaskRow, type TaskState, type Wait } from "@dwld/queue";
import type { LiveProgress } from "@dwld/progress";
import { english } from "../../messages/languages/english.ts";
import { wireTime } from "../../messages/wire-values.ts";
import {
  type OnWork,
  OnWorkSchema,
  type Task as LegacyTask,
  TaskSchema as LegacyTaskSchema,
} from "../gen/grpc/v1/downloader_pb.ts";

type LegacyState = "NEW" | "WORK" | "TO_SEND" | "SENDING" | "DONE";

/** The table of `downloader-service.ts`. */
const legacyStates: Record<TaskState, LegacyState> = {
  QUEUED: "NEW",
  DOWNLOADING: "WORK",
  READY_TO_SEND: "TO_SEND",
  SENDING: "SENDING",
  DONE: "DONE",
  FAILED: "DONE",
  CANCELED: "DONE",
};

/** Facts of a task that are not in its row. */
export type LegacyParts = { files: readonly FileRow[]; wait: Wait | undefined };

/** 1 MB = 1,000,000 bytes. */
const megabyte = 1_000_000;

export function legacyTask(row: TaskRow, { files, wait }: LegacyParts): LegacyTask {
  const name = nameOf(row, files);
  const message = messageOf(row, wait);
  return create(LegacyTaskSchema, {
    link: row.link,
    status: legacyStates[row.state],
    maxQuantity: String(row.target_quality),
    ...(name === "" ? {} : { name }),
    ...(message === "" ? {} : { message }),
  });
}

/** @param destination where files go: "ftp://host:port/directory"; empty if they stay on this machine. */
export function onWork(
  row: TaskRow,
  { files, wait, progress, destination }: LegacyParts & { progress?: LiveProgress | undefined; destination: string },
): OnWork {
  return create(OnWorkSchema, {
    link: row.link,
    filename: files[0]?.name ?? row.title,
    moveTo: [destination, row.user_name, row.folder].filter((part) => part !== "").join("/"),
    targetQuantity: BigInt(row.target_quality),
    status: legacyStates[row.state],
    message: progress?.step ?? messageOf(row, wait),
    ...progressFields(row, files, progress),
  });
}

/** Unknown values are 0. A task that waits for its delivery is complete. */
function progressFields(row: TaskRow, files: readonly FileRow[], progress: LiveProgress | undefined) {
  const filesBytes = files.reduce((sum, { size_bytes }) => sum + size_bytes, 0);
  const totalBytes = progress?.totalBytes ?? filesBytes;
  const doneBytes = row.state === "READY_TO_SEND" ? filesBytes : (progress?.doneBytes ?? 0);
  const percent = progress?.progressPercent ?? (totalBytes > 0 ? (doneBytes / totalBytes) * 100 : 0);
  return {
    procentage: Math.min(100, percent),
    currentSize: doneBytes / megabyte,
    totalSize: totalBytes / megabyte,
  };
}

/** Returns the title, else the name of the first file. */
function nameOf(row: TaskRow, files: readonly FileRow[]): string {
  return row.title === "" ? (files[0]?.name ?? "") : row.title;
}

/** Returns what a person should know beyond the state; usually nothing. */
function messageOf(row: TaskRow, wait: Wait | undefined): string {
  const reason = parseTexts(row.advice_texts)?.en ?? row.failure_message ?? "";
  switch (row.state) {
    case "FAILED":
      return `failed: ${reason}`;
    case "CANCELED":
      return "canceled";
    case "DONE":
      return parseTexts(row.remark_texts)?.en ?? "";
    case "QUEUED":
    case "READY_TO_SEND":
      return [wait === undefined ? "" : waitingFor(row, wait), reason].filter((part) => part !== "").join(": ");
    case "DOWNLOADING":
    case "SENDING":
      return "";
  }
}

/** Returns the reason to wait in English, with its time in UTC. */
function waitingFor({ site, state }: TaskRow, wait: Wait): string {
  const reason = english.wait(wait, site, state === "READY_TO_SEND");
  const untilMs = "untilMs" in wait ? wait.untilMs : undefined;
  if (untilMs === undefined) return `waits, since ${reason}`;
  const until = timestampDate(wireTime(untilMs)).toISOString().slice(0, 16).replace("T", " ");
  return `waits until ${until} UTC, since ${reason}`;
}
