import { setImmediate as nextTurn } from "node:timers/promises";
import {
  type Database,
  findEqual,
  hashRequest,
  type Import,
  importTasks,
  knownKeys,
  type TaskToImport,
} from "@dwld/queue";
import { addTaskRules } from "../../rules/request-rules.ts";
import { judgeLink, type Sites, type Verdict } from "./judge-link.ts";
import type { LegacyLink } from "./legacy-links.ts";
import type { RowReport } from "./report.ts";

/** So many rows go into one transaction: who else wants to write waits no longer than that (measured: 20 ms). */
const batchSize = 200;

/** What becomes of each task of a batch. */
export type Take = (tasks: readonly TaskToImport[]) => Promise<Import[]>;

/** All of a batch or nothing. */
export function takeInto(database: Database): Take {
  return (tasks) => importTasks(database, tasks, Date.now());
}

/**
 * What `takeInto` would answer, as far as the rows before would not change it.
 *
 * @param database undefined: there is none yet.
 */
export function foresee(database: Database | undefined): Take {
  return async (tasks) => {
    // A signal is heard between two turns.
    await nextTurn();
    if (database === undefined) return tasks.map(({ over }) => (over === undefined ? "queued" : "history"));
    const keys = tasks.map(({ key }) => key);
    const known = knownKeys(database, keys);
    return tasks.map(({ key, request, over }) => {
      if (known.has(key)) return "known";
      if (over !== undefined) return "history";
      return findEqual(database, hashRequest(request)) === undefined ? "queued" : "joined";
    });
  };
}

/** Tells of each batch what became of it, once it is on disk. */
export async function* importLinks(links: Iterable<LegacyLink>, sites: Sites, take: Take): AsyncGenerator<RowReport[]> {
  const rules = addTaskRules(Date.now);
  for (const batch of batches(links)) {
    const judged = batch.map((found) => ({ found, verdict: judgeLink(found, rules, sites) }));
    const outcomes = await take(judged.flatMap(({ verdict }) => ("take" in verdict ? [verdict.take] : [])));
    yield judged.map(({ found, verdict }) => reportOn(found, verdict, () => outcomes.shift() ?? "known"));
  }
}

function reportOn({ row, link }: LegacyLink, verdict: Verdict, nextOutcome: () => Import): RowReport {
  if ("refused" in verdict) return { row, link: link ?? "", outcome: "refused", note: verdict.refused };
  const outcome = nextOutcome();
  return { row, link: link ?? "", outcome, note: outcome === "known" ? "" : verdict.note };
}

function* batches(links: Iterable<LegacyLink>): Generator<LegacyLink[]> {
  let batch: LegacyLink[] = [];
  for (const link of links) {
    batch.push(link);
    if (batch.length < batchSize) continue;
    yield batch;
    batch = [];
  }
  if (batch.length > 0) yield batch;
}
