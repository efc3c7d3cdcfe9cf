import { effect, signal } from "@preact/signals";
import { failureText } from "../connection/failure-text.ts";
import { downloads } from "../connection/transport.ts";
import { link } from "../connection/watch.ts";
import { type ListFilter, filterMessage } from "../tasks/filter.ts";
import type { Section } from "../tasks/sections.ts";
import { store } from "../tasks/store.ts";
import { toast } from "../ui/toasts.tsx";

/** Ended tasks that the stream did not tell are loaded page by page. All others are told by the stream. */
type Pages = {
  readonly filter: ListFilter;
  readonly token: string;
  readonly loaded: number;
  readonly state: "more" | "loading" | "end" | "failed";
};

const pageSize = 50;
/** After a break, further pages are loaded again by need. */
const mostReloaded = 4;
const pages = signal<Readonly<Record<string, Pages>>>({});

/** How far the history of a part is loaded, for a filter; undefined: no page was asked for. */
export function historyOf(part: Section, filter: ListFilter): Pages | undefined {
  return pages.value[keyOf({ ...filter, part })];
}

/** Loads the next page of a part, into the store. Why that fails is said only to somebody who asked for it. */
export async function loadMore(part: Section, { text, site }: ListFilter, { isAsked = false } = {}): Promise<void> {
  const filter = { part, text, site };
  const before = pages.peek()[keyOf(filter)] ?? { filter, token: "", loaded: 0, state: "more" };
  if (before.state === "loading" || before.state === "end") return;
  note({ ...before, state: "loading" });
  try {
    const { tasks, nextPageToken: token } = await downloads.listTasks({
      filter: filterMessage(filter),
      pageSize,
      pageToken: before.token,
    });
    store.put(tasks);
    note({ filter, token, loaded: before.loaded + 1, state: token === "" ? "end" : "more" });
  } catch (error) {
    if (isAsked) toast(failureText(error));
    note({ ...before, state: "failed" });
  }
}

/** When the server sent all anew, what was loaded may be gone: see `TaskStore.generation`. 0: somebody else logged in. */
effect(() => {
  const generation = store.generation.value;
  if (generation === 0) pages.value = {};
  else if (generation > 1) void reload();
});

/** A server that is heard again is asked again. */
effect(() => {
  if (link.value.state !== "live") return;
  for (const page of Object.values(pages.peek())) if (page.state === "failed") note({ ...page, state: "more" });
});

async function reload(): Promise<void> {
  const known = Object.values(pages.peek());
  pages.value = {};
  for (const { filter, loaded } of known)
    for (let page = 0; filter.part !== undefined && page < Math.min(loaded, mostReloaded); page += 1)
      await loadMore(filter.part, filter);
  store.forgetUnconfirmed();
}

function note(page: Pages): void {
  pages.value = { ...pages.peek(), [keyOf(page.filter)]: page };
}

function keyOf({ part, text, site }: ListFilter): string {
  return JSON.stringify([part, text, site]);
}
