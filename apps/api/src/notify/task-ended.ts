import { create, toJsonString } from "@bufbuild/protobuf";
import { filesOf, findTaskBySeq, type OutboxRow } from "@dwld/queue";
import { TaskEndedSchema } from "@dwld/rpc";
import { readSecretFile } from "@dwld/daemon";
import { asSeenBy } from "../messages/as-seen-by.ts";
import { type MessageSources, toTaskMessage } from "../messages/task-messages.ts";
import { post } from "./send/post.ts";
import type { Reply } from "./send/reply.ts";
import { signatureHeaders } from "./send/signature.ts";
import type { TaskUrls } from "./task-urls.ts";

export type TaskEndedSources = MessageSources & {
  readonly taskUrls: TaskUrls;
  readonly secretFile: string;
};

/** Tells an address that its task has ended, as a user of its chat sees it. */
export async function tellEnd(
  { taskUrls, secretFile, ...sources }: TaskEndedSources,
  row: OutboxRow,
  { nowMs, signal }: { nowMs: number; signal: AbortSignal },
): Promise<Reply> {
  const task = await findTaskBySeq(sources.database, row.task_seq ?? 0);
  if (task === undefined) return { outcome: "gone", answer: "the task was deleted" };
  const url = new URL(row.url);
  const mayReach = taskUrls.reachOf(url);
  if (mayReach === undefined)
    return { outcome: "refused", answer: "notify.taskUrls does not allow this address any more" };
  const eventId = `${task.id}.${row.ends}`;
  const seen = asSeenBy(
    { role: "user", scope: [task.chat_id] },
    await toTaskMessage(sources, task, { files: await filesOf(sources.database, [task.seq]) }),
  );
  const body = toJsonString(TaskEndedSchema, create(TaskEndedSchema, { eventId, task: seen }));
  const headers = signatureHeaders(readSecretFile(secretFile), { id: eventId, body }, nowMs);
  return await post(url, { headers: { "content-type": "application/json", ...headers }, body, mayReach, signal });
}
