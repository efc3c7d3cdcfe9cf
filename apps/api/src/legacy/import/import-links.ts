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

/** Rows of one transaction; other writers wait for it (measured: 20 ms). */
const batchSize = 200;

/** Takes a batch of tasks and returns what became of each. */
export type Take = (tasks: readonly TaskToImport[]) => Promise<Import[]>;

/** Takes all tasks of a batch or none. */
export function takeInto(database: Database): Take {
  return (tasks) => importTasks(database, tasks, Date.now());
}

/**
 * Foretells what `takeInto` would return, without the effects of earlier rows.
 *
 * @param database undefined if there is none yet.
 */
export function foresee(database: Database | undefined): Take {
  return async (tasks) => {
    // A signal is handled between two turns of the event loop.
    await nextTurn();
    if (database === undefined) return tasks.map(({ over }) => (over === undefined ? "queued" : "history"));
    const keys = tasks.map(({ key }) => key);
    const known = await knownKeys(database, keys);
    const imports: Import[] = [];
    for (const { key, request, over } of tasks)
      if (known.has(key)) imports.push("known");
      else if (over !== undefined) imports.push("history");
      else imports.push((await findEqual(database, request, hashRequest(request))) === undefined ? "queued" : "joined");
    return imports;
  };
}

/** Yields a report of each batch, once it is on disk. */
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
