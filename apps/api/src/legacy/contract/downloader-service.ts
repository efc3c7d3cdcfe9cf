import type { ServiceImpl } from "@connectrpc/connect";
import type { ServiceContext } from "../../download-service/context.ts";
import type { HealthSource } from "../../health.ts";
import { addTaskRules } from "../../rules/request-rules.ts";
import type { Downloader } from "../gen/grpc/v1/downloader_pb.ts";
import { checkHealth } from "./check-health.ts";
import { cleanHistory } from "./clean-history.ts";
import { deleteFromQueue } from "./delete-from-queue.ts";
import { setToQueue } from "./set-to-queue.ts";
import { queueMessages } from "./task-lists.ts";
import { statusMessage } from "./status-message.ts";

/**
 * `grpc.v1.Downloader`: the contract of the first dwld, for bots that still speak it. An adapter over what
 * `dwld.v1.DownloadService` does; its names and their misspellings are the wire's, and nothing outside of this folder
 * knows them.
 *
 * It has five states, of which each bot knows what to show:
 *
 * | here | there | message there |
 * | --- | --- | --- |
 * | QUEUED | NEW | for what it waits, until when if that is known, and why the last attempt failed |
 * | DOWNLOADING | WORK | the step, in Status |
 * | READY_TO_SEND | TO_SEND | the same of the delivery |
 * | SENDING | SENDING | the step, in Status |
 * | DONE | DONE | what is not quite as it was asked for |
 * | FAILED | DONE | "failed: " and the reason: over it is, and a sixth state no such bot would understand |
 * | CANCELED | DONE | "canceled" |
 *
 * Sizes are in MB of 1,000,000 bytes, `procentage` is of the step in work, from 0 to 100; what is not known is 0, or an
 * empty text. `maxQuantity` is the cap as digits, "0" for none. `moveTo` is the folder on the server. Lists are oldest
 * first; of more than 1000 tasks, or 3 MB of them, the newest.
 */
export function downloaderService(context: ServiceContext, health: HealthSource): ServiceImpl<typeof Downloader> {
  const rules = addTaskRules(context.now);
  return {
    setToQueue: (request) => setToQueue(context, rules, request),
    deleteFromQueue: (request) => deleteFromQueue(context, rules, request),
    cleanHistory: () => cleanHistory(context),
    status: () => statusMessage(context),
    queue: async () => ({ queue: await queueMessages(context) }),
    healtheck: () => checkHealth(context, health),
  };
}
