import { once } from "node:events";
import type { Database } from "@dwld/queue";
import { nextMessage, startProgram } from "./program.ts";
import type { Repeated, Until } from "./repeat.ts";

/** A queue, as programs/queue-users.ts opens it: dwld's task table, or one of another project in an empty database. */
export type QueueToOpen =
  | { kind: "dwld"; location: Database["location"] }
  | { kind: "pg-boss" | "graphile-worker"; url: string };

/** A request to programs/queue-users.ts: how many callers do what, and when they stop. */
export type QueueOrder =
  | { deed: "add"; callers: number; until: Until }
  | { deed: "settle"; callers: number; count: number };

/** A queue in use. */
export type Queue = {
  /** Adds a task, for one of fifty chats, and resolves when it is on disk. */
  readonly add: () => Promise<void>;
  /** Claims so many tasks, each alone, and settles each before its caller claims another. Returns the ms that it took. */
  readonly settle: (count: number, callers: number) => Promise<number>;
};

/** The answer of programs/queue-users.ts. */
export type QueueReport = Repeated;

export type QueueUsers = {
  /** Returns the deeds a second of some of the processes together; default: all. */
  rate(order: QueueOrder, processes?: number): Promise<number>;
  /** Resolves when all processes have ended. */
  stop(): Promise<void>;
};

/** Opens a queue in processes of their own. */
export async function startQueueUsers(queue: QueueToOpen, processes: number): Promise<QueueUsers> {
  const children = Array.from({ length: processes }, () => startProgram("queue-users.ts", JSON.stringify(queue)));
  const stop = async () => {
    const ends = children.filter(({ exitCode }) => exitCode === null).map((child) => once(child, "exit"));
    for (const child of children) if (child.connected) child.disconnect();
    await Promise.all(ends);
  };
  try {
    await Promise.all(children.map(nextMessage));
  } catch (error) {
    await stop();
    throw error;
  }
  return {
    async rate(order, some = processes) {
      const reports = await Promise.all(
        children.slice(0, some).map(async (child) => {
          child.send(order);
          return (await nextMessage(child)) as QueueReport;
        }),
      );
      return reports.reduce((sum, { count, elapsedMs }) => sum + (count * 1000) / elapsedMs, 0);
    },
    stop,
  };
}
