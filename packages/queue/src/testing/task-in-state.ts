import type { Database } from "../store/database.ts";
import type { TaskState } from "../store/task-state.ts";
import { settleDelivery } from "../runner/settle-delivery.ts";
import { settleDownload } from "../runner/settle-download.ts";
import { cancelTask } from "../tasks/cancel-task.ts";
import { addedTask, claimed, deliverFiles, downloadedTask } from "./fresh-database.ts";

const failure = { failureClass: "network", message: "m", advice: { en: "a", ru: "по-русски" } };

/** Makes a task in a state, with its lease if a process holds it. */
export const taskIn: Record<TaskState, (database: Database) => Promise<{ seq: number; id: string }>> = {
  QUEUED: (database) => addedTask(database),
  DOWNLOADING: async (database) => {
    await addedTask(database);
    return (await claimed(database)).task;
  },
  READY_TO_SEND: (database) => downloadedTask(database),
  SENDING: async (database) => {
    await downloadedTask(database);
    return (await claimed(database, "delivery")).task;
  },
  DONE: async (database) => {
    await downloadedTask(database);
    const lease = await claimed(database, "delivery");
    await deliverFiles(database, lease);
    await settleDelivery(database, lease, { outcome: "delivered" }, 3);
    return lease.task;
  },
  FAILED: async (database) => {
    await addedTask(database);
    const lease = await claimed(database);
    await settleDownload(database, lease, { outcome: "failed", failure, retryAt: null }, 3);
    return lease.task;
  },
  CANCELED: async (database) => {
    const task = await addedTask(database);
    await cancelTask(database, { id: task.id, scope: "all" }, 3);
    return task;
  },
};
