import type { MessageInitShape } from "@bufbuild/protobuf";
import { countTasks, listLanes, listNotices, listPausedSites, listTasks, taskStates, waitingBytes } from "@dwld/queue";
import { type GetStatusResponseSchema, TaskState } from "@dwld/rpc";
import { readProcesses } from "../machine/living-processes.ts";
import { botMessage } from "../registration/bot-message.ts";
import { pausedSiteMessage } from "../messages/site-message.ts";
import type { Identity } from "../access/identity.ts";
import { seesMachine } from "../access/rights.ts";
import type { ServiceContext } from "./context.ts";
import { hostMessages } from "../messages/host-message.ts";
import { readYtdlps } from "../messages/ytdlp-message.ts";
import { processMessage } from "../messages/process-message.ts";
import { noticeMessages } from "../messages/notice-message.ts";
import { limitMessage } from "../messages/limit-message.ts";
import { type MessageSources, toTaskMessages } from "../messages/task-messages.ts";

/** Limit of listed tasks; this many are never in work at once. */
const maxInWork = 500;

export type StatusContext = MessageSources &
  Pick<
    ServiceContext,
    | "bots"
    | "cache"
    | "destination"
    | "disk"
    | "diskBounds"
    | "host"
    | "limits"
    | "notify"
    | "now"
    | "sensors"
    | "version"
  >;

/** Returns the tasks of the caller, and the machine if it sees that. */
export async function getStatus(
  context: StatusContext,
  viewer: Pick<Identity, "role" | "scope">,
): Promise<MessageInitShape<typeof GetStatusResponseSchema>> {
  const { scope } = viewer;
  const counts = await countTasks(context.database, scope);
  const rows = await listTasks(context.database, { scope, states: ["DOWNLOADING", "SENDING"] }, { limit: maxInWork });
  const [inWork, machine] = await Promise.all([
    toTaskMessages(context, rows),
    seesMachine(viewer) ? machineStatus(context) : {},
  ]);
  return {
    counts: taskStates.map((state) => ({ state: TaskState[state], count: BigInt(counts[state]) })),
    inWork,
    version: context.version,
    ...machine,
  };
}

/** Asks sensors and disk at once; each has a time-out of its own. */
async function machineStatus(context: StatusContext): Promise<MessageInitShape<typeof GetStatusResponseSchema>> {
  const { database, now } = context;
  const [sensors, disk] = await Promise.all([context.sensors.read(), context.disk.read()]);
  const { processes, hosts } = await readProcesses(database, context.host, now());
  const shared = hosts.find(({ name }) => name === context.host)?.shared ?? "";
  return {
    sensors,
    ...(disk === undefined
      ? {}
      : {
          downloadsDisk: {
            path: disk.path,
            freeBytes: BigInt(disk.freeBytes),
            totalBytes: BigInt(disk.totalBytes),
            reserveBytes: BigInt(context.diskBounds.minFreeBytes),
            waitingBytes: BigInt(await waitingBytes(database, { name: context.host, shared })),
            maxWaitingBytes: BigInt(context.diskBounds.maxWaitingBytes ?? 0),
          },
        }),
    processes: processes.map((process) => processMessage(process, context)),
    pausedSites: (await listPausedSites(database, now())).map(pausedSiteMessage),
    destination: context.destination,
    cache: context.cache.state(),
    bots: context.bots().map(botMessage),
    limits: context.limits.status().map(limitMessage),
    hosts: hostMessages({ processes, hosts }, await readYtdlps(database)),
    ...noticeMessages(await listNotices(database), await listLanes(database), context.notify.targetNames),
  };
}
