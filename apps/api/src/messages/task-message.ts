import { basename } from "node:path";
import { create } from "@bufbuild/protobuf";
import { parseOptions } from "@dwld/options";
import {
  type AttemptRow,
  type FileRow,
  isLocalCopy,
  type OutboxRow,
  parseTexts,
  type TaskRow,
  type Wait,
} from "@dwld/queue";
import {
  type Attempt,
  AttemptSchema,
  type EndNotification,
  EndNotificationSchema,
  type Failure,
  FailureSchema,
  type File,
  FileSchema,
  type Progress,
  ProgressSchema,
  type Task,
  TaskSchema,
  TaskState,
} from "@dwld/rpc";
import type { LiveProgress } from "@dwld/progress";
import { failureClassOf } from "./failure-class.ts";
import { isInWork } from "./live-progress.ts";
import { localizedTexts } from "./localized-text.ts";
import type { TaskBounds } from "./task-bounds.ts";
import { waitMessage } from "./wait-message.ts";
import { wireCount, wireDuration, wireInt32, wireInt64, wireTime } from "./wire-values.ts";
import { optionsMessage } from "./option-message.ts";

/** Facts of a task that are not in its row. */
export type TaskParts = {
  progress?: LiveProgress | undefined;
  attempts?: readonly AttemptRow[];
  files?: readonly FileRow[];
  /** The addresses to which its end is told. */
  addresses?: readonly OutboxRow[];
  /** Whether the api can give a file. */
  isHere?: (file: FileRow) => boolean;
  bounds?: TaskBounds;
  wait?: Wait | undefined;
  shortId?: string;
};

/** Converts a row of the task table. */
export function taskMessage(row: TaskRow, parts: TaskParts = {}): Task {
  const { progress, attempts = [], files = [], isHere = () => false, bounds = {}, wait, shortId = row.id } = parts;
  const { addresses = [] } = parts;
  return create(TaskSchema, {
    id: row.id,
    link: row.link,
    site: row.site,
    state: TaskState[row.state],
    targetQuality: wireCount(row.target_quality),
    chatId: row.chat_id,
    userName: row.user_name,
    folder: row.folder,
    options: optionsMessage(parseOptions(row)),
    requestId: row.request_id ?? "",
    parentId: row.parent_id ?? "",
    title: row.title,
    ...optional("duration", row.duration_seconds, wireDuration),
    ...optional("height", row.height, wireCount),
    ...optional("width", row.width, wireCount),
    createTime: wireTime(row.created_at),
    updateTime: wireTime(row.updated_at),
    ...optional("finishTime", row.finished_at, wireTime),
    ...optional("wait", wait, (reason) => waitMessage(reason, row)),
    ...optional("progress", isInWork(row) ? progress : undefined, progressMessage),
    ...optional("failure", failureOf(row), (failure) => failure),
    attemptCount: wireCount(row.attempt_count),
    deliveryAttemptCount: wireCount(row.delivery_attempt_count),
    childCount: wireCount(row.child_count),
    remark: localizedTexts(parseTexts(row.remark_texts)),
    attemptLimit: wireCount(bounds.attemptLimit ?? 0),
    ...optional("giveUpTime", bounds.giveUpAtMs, wireTime),
    attempts: attempts.map(attemptMessage),
    files: files.map((file, index) => fileMessage(file, isHere(file) ? `tasks/${row.id}/files/${index + 1}` : "")),
    shortId,
    thumbnailPath: row.has_thumbnail === 1 ? `tasks/${row.id}/thumbnail` : "",
    endNotifications: addresses.map(endNotification),
  });
}

export function progressMessage(progress: LiveProgress): Progress {
  return create(ProgressSchema, {
    doneBytes: wireInt64(progress.doneBytes),
    ...optional("totalBytes", progress.totalBytes, wireInt64),
    ...optional("progressPercent", progress.progressPercent, Number),
    ...optional("speedBytesPerSecond", progress.speedBytesPerSecond, wireInt64),
    ...optional("eta", progress.etaSeconds, wireDuration),
    updateTime: wireTime(progress.updatedAtMs),
    step: progress.step,
  });
}

function attemptMessage(row: AttemptRow): Attempt {
  return create(AttemptSchema, {
    id: row.id,
    number: wireCount(row.number),
    stage: row.stage,
    startTime: wireTime(row.started_at),
    ...optional("endTime", row.ended_at, wireTime),
    ...optional("failure", failureOf(row), (failure) => failure),
    ...optional("exitCode", row.exit_code, wireInt32),
    signal: row.signal ?? "",
    downloadedBytes: wireInt64(row.downloaded_bytes),
    ytdlpVersion: row.ytdlp_version,
    stderrTail: row.stderr_tail,
    host: row.host,
    remark: localizedTexts(parseTexts(row.remark_texts)),
  });
}

/** Returns a message about the end of a task without the query of its address, which may be a secret. */
function endNotification(row: OutboxRow): EndNotification {
  return create(EndNotificationSchema, {
    url: row.url.replace(/\?.*$/s, ""),
    ...optional("sinceTime", row.since, wireTime),
    ...optional("acceptTime", row.accepted_at, wireTime),
    ...optional("giveUpTime", row.gave_up_at, wireTime),
    // A message that is new has no time of its own: it is due since the end.
    ...optional("nextAttemptTime", row.next_at === 0 ? row.since : row.next_at, wireTime),
    attemptCount: wireCount(row.attempts),
    answer: row.answer,
  });
}

/** Returns the name of a file for a person. A local copy has the one that was free for it. */
export function fileNameOf(row: FileRow): string {
  return isLocalCopy(row) ? basename(row.local_path ?? row.name) : row.name;
}

/** A remote name is reserved before the transfer, and shown after the copy was verified. A local copy has none. */
function fileMessage(row: FileRow, downloadPath: string): File {
  const delivered = row.delivered_at !== null && !isLocalCopy(row);
  return create(FileSchema, {
    name: fileNameOf(row),
    sizeBytes: wireInt64(row.size_bytes),
    sha256: row.sha256,
    remotePath: delivered ? (row.remote_path ?? "") : "",
    localPath: row.local_path ?? "",
    verifiedBy: delivered ? (row.verified_by ?? "") : "",
    downloadPath,
    ...optional("deliverTime", row.delivered_at, wireTime),
  });
}

type FailureColumns = Pick<TaskRow, "failure_class" | "failure_message" | "advice_texts">;

function failureOf(row: FailureColumns): Failure | undefined {
  if (row.failure_class === null) return undefined;
  return create(FailureSchema, {
    failureClass: failureClassOf(row.failure_class),
    message: row.failure_message ?? "",
    advice: localizedTexts(parseTexts(row.advice_texts)),
  });
}

/** Returns an object with the field, or an empty one if there is no value. */
function optional<Key extends string, Value, Message>(
  key: Key,
  value: Value | null | undefined,
  convert: (value: Value) => Message,
): { [K in Key]?: Message } {
  return value === null || value === undefined ? {} : ({ [key]: convert(value) } as { [K in Key]?: Message });
}
