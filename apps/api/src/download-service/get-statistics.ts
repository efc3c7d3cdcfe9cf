import { create, type MessageInitShape } from "@bufbuild/protobuf";
import { endedTasks, type Scope } from "@dwld/queue";
import {
  type FailureClass,
  type GetStatisticsRequest,
  type GetStatisticsResponseSchema,
  StatisticsRowSchema,
} from "@dwld/rpc";
import { failureClassOf } from "../messages/failure-class.ts";
import { wireInt64, wireTime } from "../messages/wire-values.ts";
import { checkRequest, statisticsRules } from "../rules/request-rules.ts";
import type { ServiceContext } from "./context.ts";

const hourMs = 3_600_000;

/** For rows with the name of their site. Those without are at most one for each hour and class, of some 30 bytes. */
const namedBytes = 1024 * 1024;

/** The bytes of a row beside the name of its site, at most. */
const rowBytes = 40;

/** Reads the range twice: for the sites that keep their names, and for the rows. */
export async function getStatistics(
  { database, now }: Pick<ServiceContext, "database" | "now">,
  scope: Scope,
  request: GetStatisticsRequest,
  signal: AbortSignal,
): Promise<MessageInitShape<typeof GetStatisticsResponseSchema>> {
  const { startTime, endTime } = checkRequest(statisticsRules(now), request);
  const hours = { first: Math.ceil(startTime / hourMs), end: Math.ceil(endTime / hourMs) };
  const sites = new Map<string, SiteCounts>();
  for await (const page of endedTasks(database, scope, hours, signal))
    for (const { site, tasks } of page) {
      const counted = sites.get(site) ?? { tasks: 0, rows: 0 };
      sites.set(site, { tasks: counted.tasks + tasks, rows: counted.rows + 1 });
    }
  const named = namedSites(sites, namedBytes);
  const rows = new Map<string, Row>();
  for await (const page of endedTasks(database, scope, hours, signal))
    for (const { hour, site, failure_class, tasks, bytes } of page) {
      const own = { hour, site: named.has(site) ? site : "", failureClass: failureClassOf(failure_class) };
      const key = JSON.stringify(Object.values(own));
      const { tasks: before, bytes: bytesBefore } = rows.get(key) ?? { tasks: 0, bytes: 0 };
      rows.set(key, { ...own, tasks: before + tasks, bytes: bytesBefore + bytes });
    }
  return {
    rows: [...rows.values()].toSorted(byHourAndSite).map(({ hour, site, failureClass, tasks, bytes }) =>
      create(StatisticsRowSchema, {
        ...{ hour: wireTime(hour * hourMs), site, failureClass },
        ...{ taskCount: wireInt64(tasks), sizeBytes: wireInt64(bytes) },
      }),
    ),
  };
}

type Row = { hour: number; site: string; failureClass: FailureClass; tasks: number; bytes: number };

type SiteCounts = { readonly tasks: number; readonly rows: number };

/** Returns the sites with the most tasks whose rows have room. All others are told together, as one without a name. */
export function namedSites(sites: ReadonlyMap<string, SiteCounts>, mostBytes: number): ReadonlySet<string> {
  const ordered = [...sites].toSorted(([name, one], [other, two]) => two.tasks - one.tasks || compare(name, other));
  const named = new Set<string>();
  let left = mostBytes;
  for (const [name, { rows }] of ordered) {
    left -= rows * (rowBytes + Buffer.byteLength(name));
    if (left < 0) break;
    named.add(name);
  }
  return named;
}

function byHourAndSite(one: Row, other: Row): number {
  return one.hour - other.hour || compare(one.site, other.site) || one.failureClass - other.failureClass;
}

function compare(one: string, other: string): number {
  return one < other ? -1 : Number(one > other);
}
