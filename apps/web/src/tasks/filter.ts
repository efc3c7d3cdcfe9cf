import type { MessageInitShape } from "@bufbuild/protobuf";
import type { Task, TaskFilterSchema } from "@dwld/rpc";
import { clipText } from "@dwld/text";
import { type Section, sectionOf, sections, statesOf } from "./sections.ts";

/** The filter of the list; an empty text lets all through. */
export type ListFilter = {
  readonly part: Section | undefined;
  readonly text: string;
  readonly site: string;
};

/** The most that the contract takes. */
const mostCharacters = 200;

/** Reads the filter of an address. */
export function filterOf(query: URLSearchParams): ListFilter {
  const shown = query.get("show");
  return {
    part: sections.find((section) => section === shown),
    text: clipText((query.get("q") ?? "").trim(), mostCharacters),
    site: query.get("site") ?? "",
  };
}

/** Whether a task is listed: the rule by which the server searches. */
export function matches(task: Task, { part, text, site }: ListFilter): boolean {
  if ((part !== undefined && sectionOf(task) !== part) || (site !== "" && task.site !== site)) return false;
  const wanted = text.toLowerCase();
  return wanted === "" || task.title.toLowerCase().includes(wanted) || task.link.toLowerCase().includes(wanted);
}

/** Returns the filter as the server takes it. */
export function filterMessage({ part, text, site }: ListFilter): MessageInitShape<typeof TaskFilterSchema> {
  return { states: part === undefined ? [] : [...statesOf[part]], text, site };
}
