import { Code, ConnectError } from "@connectrpc/connect";
import { setTimeout as pause } from "node:timers/promises";
import { askUntilAnswered, patience } from "./ask-apis.ts";
import type { SeededRandom } from "./seeded-random.ts";
import { type Row, rows, type World } from "./world.ts";

/** The action of a client on a task after it was added. */
export type Fate = "left" | "canceled" | "deleted";

/** A link that was added, and the answers to its calls. */
export type Order = {
  row: Row;
  userName: string;
  fate: Fate;
  /** The id of the accepted task. */
  id: string;
  /** True if the server confirmed the cancel or the delete; false if it came too late. */
  confirmed: boolean;
};

/**
 * Adds `count` links, four at a time, and cancels or deletes some of the tasks at a random moment. Each call is repeated
 * with the same request id, at each api in turn, until it is answered.
 */
export async function addWorkload(world: World, count: number, random: SeededRandom): Promise<Order[]> {
  const plans = Array.from({ length: count }, (_, index) => ({
    index,
    site: random.pick(world.sites),
    row: random.weighted<Row>({ small: 5, large: 3, stream: 2, breaking: 2, removed: 1 }),
    fate: random.weighted<Fate>({ left: 8, canceled: 1, deleted: 1 }),
    // Most have a folder of their own; the others compete for one.
    userName: random.next() < 0.8 ? `user-${index}` : "together",
    endAfterMs: random.between(0, 8000),
  }));
  const waiting = [...plans];
  const orders: Order[] = [];
  const ends: Promise<void>[] = [];
  const add = async (): Promise<void> => {
    for (let plan = waiting.shift(); plan !== undefined; plan = waiting.shift()) {
      const { site, row, fate, userName, index, endAfterMs } = plan;
      // A link of its own, since equal requests join.
      const link = `${site.pageLink(row)}?n=${index}`;
      const request = { link, userName, chatId: `chat-${index % 7}`, requestId: `order-${index}` };
      const { task } = await askUntilAnswered(world.clients, (client) => client.addTask(request, patience));
      const order: Order = { row, userName, fate, id: task?.id ?? "", confirmed: false };
      orders.push(order);
      if (fate === "left") continue;
      const end = endLater(world, order, endAfterMs);
      // Its failure is thrown when all were added.
      end.catch(() => undefined);
      ends.push(end);
    }
  };
  await Promise.all([add(), add(), add(), add()]);
  await Promise.all(ends);
  return orders;
}

async function endLater(world: World, order: Order, afterMs: number): Promise<void> {
  await pause(afterMs);
  try {
    const { id, fate } = order;
    if (fate === "canceled") await askUntilAnswered(world.clients, (client) => client.cancelTask({ id }, patience));
    else await askUntilAnswered(world.clients, (client) => client.deleteTask({ id }, patience));
    order.confirmed = true;
  } catch (error) {
    const late =
      error instanceof ConnectError &&
      (error.code === Code.FailedPrecondition ||
        // The answer to an earlier delete was lost.
        (order.fate === "deleted" && error.code === Code.NotFound));
    if (!late) throw error;
    order.confirmed = order.fate === "deleted";
  }
}

/** Returns the final state of a row that no client interfered with. */
export function expectedState(row: Row): "DONE" | "FAILED" {
  return "page" in (rows.find(({ name }) => name === row) ?? {}) ? "FAILED" : "DONE";
}
