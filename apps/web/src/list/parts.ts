import { timestampMs } from "@bufbuild/protobuf/wkt";
import type { Task } from "@dwld/rpc";
import { type ListFilter, matches } from "../tasks/filter.ts";
import { type Section, sections } from "../tasks/sections.ts";

export type Parts = Readonly<Record<Section, readonly string[]>>;

type Known = { readonly ids: Parts; readonly taskOf: (id: string) => Task | undefined };

/** Returns the ids that are listed in each part: what is not ended by its addition, the rest by its end; newest first. */
export function partsOf({ ids, taskOf }: Known, filter: ListFilter): Parts {
  return mapParts(ids, (known, section) => {
    if (filter.part !== undefined && filter.part !== section) return [];
    const tasks = known.flatMap((id) => taskOf(id) ?? []).filter((task) => matches(task, filter));
    if (section === "failed" || section === "done") tasks.sort((left, right) => endMs(right) - endMs(left));
    return tasks.map(({ id }) => id);
  });
}

/**
 * Returns the parts with each row where it was, whatever became of its task. What comes after the last row of a part is added
 * there, since it moves nothing that is above; what belongs between others has to wait.
 */
export function withPlaces(before: Parts, now: Parts): Parts {
  const placed = new Set(sections.flatMap((section) => before[section]));
  return mapParts(before, (ids, section) => {
    const end = now[section].findLastIndex((id) => placed.has(id));
    if (end >= 0) return [...ids, ...now[section].slice(end + 1)];
    const hasRowsFromHere = sections.slice(sections.indexOf(section)).some((each) => before[each].length > 0);
    return hasRowsFromHere ? ids : now[section];
  });
}

export function mapParts(parts: Parts, change: (ids: readonly string[], part: Section) => readonly string[]): Parts {
  const changed = sections.map((section): [Section, readonly string[]] => [section, change(parts[section], section)]);
  return Object.fromEntries(changed) as Parts;
}

/** Days of the calendar, with the ids of each, in the order of the ids. */
export function byDay(tasks: readonly Task[]): { readonly day: Date; readonly ids: readonly string[] }[] {
  const days: { day: Date; ids: string[] }[] = [];
  for (const task of tasks) {
    const day = new Date(endMs(task));
    const last = days.at(-1);
    if (last?.day.toDateString() === day.toDateString()) last.ids.push(task.id);
    else days.push({ day, ids: [task.id] });
  }
  return days;
}

function endMs({ finishTime, updateTime }: Task): number {
  const time = finishTime ?? updateTime;
  return time === undefined ? 0 : timestampMs(time);
}
