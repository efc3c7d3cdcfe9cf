import { create, type MessageInitShape } from "@bufbuild/protobuf";
import { type EndedTasksRow, endedTasks, type Scope } from "@dwld/queue";
import {
  type FailureClass,
  type GetStatisticsRequest,
  type GetStatisticsResponseSchema,
  StatisticsRowSchema,
} from "@dwld/rpc";
import { hourMs } from "@dwld/timing";
import { failureClassOf } from "../messages/failure-class.ts";
import { wireDuration, wireInt64, wireTime } from "../messages/wire-values.ts";
import { checkRequest, statisticsRules } from "../rules/request-rules.ts";
import type { ServiceContext } from "./context.ts";

/** For rows with a name. Those without are at most one for each hour and class, of some 30 bytes. */
const namedBytes = 1024 * 1024;

/** The bytes of a row beside the name, at most. */
const rowBytes = 50;

/** The user of rows that name none, since their chat has too many. */
const furtherUsers = "/";

/** Returns the name of a row of the table, by the field of the answer that has it; undefined: it is told with others. */
const nameOf = {
  site: ({ site }: EndedTasksRow) => site,
  stage: ({ stage }: EndedTasksRow) => stage,
  userName: ({ user_name: name }: EndedTasksRow) => (name === furtherUsers ? undefined : name),
  chatId: ({ chat_id: id }: EndedTasksRow) => id,
} as const;

/** Reads the range twice: for the sites (or stages, users, chats) that keep their names, and for the rows. */
export async function getStatistics(
  { database, now }: Pick<ServiceContext, "database" | "now">,
  scope: Scope,
  request: GetStatisticsRequest,
  signal: AbortSignal,
): Promise<MessageInitShape<typeof GetStatisticsResponseSchema>> {
  const { startTime, endTime, by } = checkRequest(statisticsRules(now), request);
  const hours = { first: Math.ceil(startTime / hourMs), end: Math.ceil(endTime / hourMs) };
  const counts = new Map<string, Counts>();
  for await (const page of endedTasks(database, scope, hours, signal))
    for (const row of page) {
      const name = nameOf[by](row);
      if (name === undefined) continue;
      const counted = counts.get(name) ?? { tasks: 0, rows: 0 };
      counts.set(name, { tasks: counted.tasks + row.tasks, rows: counted.rows + 1 });
    }
  const kept = keptNames(counts, namedBytes);
  const rows = new Map<string, Row>();
  for await (const page of endedTasks(database, scope, hours, signal))
    for (const row of page) {
      const { hour, failure_class: failureClass, tasks, bytes, duration_ms: durationMs } = row;
      const name = nameOf[by](row);
      const isKept = name !== undefined && kept.has(name);
      const own = { hour, others: !isKept, name: isKept ? name : "", failureClass: failureClassOf(failureClass) };
      const key = JSON.stringify(Object.values(own));
      const before = rows.get(key) ?? { tasks: 0, bytes: 0, durationMs: 0 };
      rows.set(key, {
        ...own,
        tasks: before.tasks + tasks,
        bytes: before.bytes + bytes,
        durationMs: before.durationMs + durationMs,
      });
    }
  return {
    rows: [...rows.values()].toSorted(inOrder).map(({ hour, name, failureClass, tasks, bytes, durationMs, others }) =>
      create(StatisticsRowSchema, {
        ...{ hour: wireTime(hour * hourMs), [by]: name, failureClass, others },
        ...{ taskCount: wireInt64(tasks), sizeBytes: wireInt64(bytes), totalDuration: wireDuration(durationMs / 1000) },
      }),
    ),
  };
}

type Row = {
  readonly hour: number;
  readonly name: string;
  readonly others: boolean;
  readonly failureClass: FailureClass;
  readonly tasks: number;
  readonly bytes: number;
  readonly durationMs: number;
};

type Counts = { readonly tasks: number; readonly rows: number };

/** Returns the names with the most tasks whose rows have room. All others are told together, without a name. */
export function keptNames(counts: ReadonlyMap<string, Counts>, mostBytes: number): ReadonlySet<string> {
  const ordered = [...counts].toSorted(([name, one], [other, two]) => two.tasks - one.tasks || compare(name, other));
  const kept = new Set<string>();
  let left = mostBytes;
  for (const [name, { rows }] of ordered) {
    left -= rows * (rowBytes + Buffer.byteLength(name));
    if (left < 0) break;
    kept.add(name);
  }
  return kept;
}

function inOrder(one: Row, other: Row): number {
  return one.hour - other.hour || compare(one.name, other.name) || one.failureClass - other.failureClass;
}

function compare(one: string, other: string): number {
  return one < other ? -1 : Number(one > other);
}
