import type { ServiceImpl } from "@connectrpc/connect";
import type { ServiceContext } from "../../download-service/context.ts";
import type { HealthSource } from "../../services/health.ts";
import { callerOf } from "../../limits/caller.ts";
import { loggedAs } from "../../rules/call-id.ts";
import { addTaskRules } from "../../rules/request-rules.ts";
import type { Downloader } from "../gen/grpc/v1/downloader_pb.ts";
import { checkHealth } from "./check-health.ts";
import { cleanHistory } from "./clean-history.ts";
import { deleteFromQueue } from "./delete-from-queue.ts";
import { setToQueue } from "./set-to-queue.ts";
import { queueMessages } from "./task-lists.ts";
import { statusMessage } from "./status-message.ts";

/**
 * `grpc.v1.Downloader`: the contract of the first dwld, for bots that still speak it. It adapts the methods of
 * `dwld.v1.DownloadService`. Its names, with their misspellings, are the wire's.
 *
 * The contract has five states, since a bot of the first dwld knows no other:
 *
 * | state | on the wire | message |
 * | --- | --- | --- |
 * | QUEUED | NEW | the reason to wait, its end if that is known, and the last failure |
 * | DOWNLOADING | WORK | the step, in Status |
 * | READY_TO_SEND | TO_SEND | as for QUEUED |
 * | SENDING | SENDING | the step, in Status |
 * | DONE | DONE | the remark |
 * | FAILED | DONE | "failed: " and the reason |
 * | CANCELED | DONE | "canceled" |
 *
 * Sizes are in MB of 1,000,000 bytes. `procentage` is that of the current step, from 0 to 100. Unknown values are 0 or empty.
 * `maxQuantity` is the cap in digits, "0" for none. `moveTo` is the folder on the server. Lists are oldest first, and hold
 * the newest 1000 tasks, or 3 MB of them.
 */
export function downloaderService(context: ServiceContext, health: HealthSource): ServiceImpl<typeof Downloader> {
  const rules = addTaskRules(context.now);
  const viewer = { role: "admin", scope: "all" } as const;
  return {
    setToQueue: (request, call) =>
      setToQueue(loggedAs(context, call), { rules, caller: callerOf(call), viewer }, request),
    deleteFromQueue: (request, call) => deleteFromQueue(loggedAs(context, call), rules, request),
    cleanHistory: (_, call) => cleanHistory(loggedAs(context, call)),
    status: () => statusMessage(context),
    queue: async () => ({ queue: await queueMessages(context) }),
    healtheck: () => checkHealth(context, health),
  };
}
