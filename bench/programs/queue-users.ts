import { carryOutOrders } from "../world/program.ts";
import type { Queue, QueueOrder, QueueReport, QueueToOpen } from "../world/queues.ts";
import { repeat } from "../world/repeat.ts";

/** Uses a queue as one of several processes, with no server of its own before it: the queues alone are compared. */
const queue = await openQueue(JSON.parse(process.argv[2] ?? "") as QueueToOpen);

/** Loads one kind alone. */
async function openQueue(wanted: QueueToOpen): Promise<Queue> {
  switch (wanted.kind) {
    case "dwld":
      return await (await import("./queues/dwld.ts")).openDwld(wanted.location);
    case "pg-boss":
      return await (await import("./queues/pg-boss.ts")).openPgBoss(wanted.url);
    case "graphile-worker":
      return await (await import("./queues/graphile-worker.ts")).openGraphileWorker(wanted.url);
  }
}

async function carryOut(order: QueueOrder): Promise<QueueReport> {
  if (order.deed === "add") return await repeat(queue.add, order.callers, order.until);
  return { count: order.count, elapsedMs: await queue.settle(order.count, order.callers) };
}

carryOutOrders(carryOut);
process.send?.("ready");
