import type { Client } from "pg";
import { type TaskState, taskStates } from "../task-state.ts";

/** Returns the number of tasks in each state. */
export async function countTasksIn(client: Client): Promise<Record<TaskState, number>> {
  const { rows } = await client.query<{ name: string; value: number }>("SELECT name, value FROM counters");
  const counts = new Map(rows.map(({ name, value }) => [name, value]));
  return Object.fromEntries(taskStates.map((state) => [state, counts.get(state) ?? 0])) as Record<TaskState, number>;
}
