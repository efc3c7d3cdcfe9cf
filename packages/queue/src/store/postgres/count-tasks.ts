import type { Client } from "pg";
import { type CounterRow, countersOf, readCounters } from "../counters.ts";
import { type TaskState, taskStates } from "../task-state.ts";

/** Returns the number of tasks in each state. */
export async function countTasksIn(client: Client): Promise<Record<TaskState, number>> {
  return countersOf(taskStates, (await client.query<CounterRow>(readCounters)).rows);
}
