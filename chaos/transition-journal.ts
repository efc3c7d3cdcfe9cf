import { allTransitions, initialStates } from "@dwld/queue";
import type { TaskTable } from "./task-table.ts";

/** A change of a task's state; `was` is null for a new task, `became` for a removed one. */
type Transition = { task: string; site: string; was: string | null; became: string | null };

export type JournalFindings = {
  transitions: number;
  /** Changes that are no edge of the state machine. */
  illegal: string[];
  /** Sites that had more downloads in work at once than they may. */
  overruns: string[];
};

/** Reads all recorded changes, in the order of their commits. @param siteParallel the limit of a site. */
export async function readJournal(table: TaskTable, siteParallel: number): Promise<JournalFindings> {
  const journal = await table.rows<Transition>("SELECT task, site, was, became FROM chaos_journal ORDER BY seq");
  const legal = new Set(allTransitions().map(({ from, to }) => `${from} ${to}`));
  const isLegal = ({ was, became }: Transition) =>
    was === null ? became === initialStates.added : became === null || legal.has(`${was} ${became}`);
  const illegal = journal
    .filter((transition) => !isLegal(transition))
    .map(({ task, was, became }) => `${task}: ${was} to ${became}`);
  return { transitions: journal.length, illegal, overruns: findOverruns(journal, siteParallel) };
}

function findOverruns(journal: readonly Transition[], siteParallel: number): string[] {
  const inWork = new Map<string, number>();
  return journal.flatMap(({ task, site, was, became }) => {
    const now = (inWork.get(site) ?? 0) + Number(became === "DOWNLOADING") - Number(was === "DOWNLOADING");
    inWork.set(site, now);
    return became === "DOWNLOADING" && now > siteParallel ? [`${site} had ${now} in work with ${task}`] : [];
  });
}
