import { computed, signal } from "@preact/signals";

/** The query of the address: `task` (id), `show` (a part of the list), `q` (search), `page` (house, ways). */
const search = signal(location.search);

export const route = computed(() => new URLSearchParams(search.value));

addEventListener("popstate", () => {
  search.value = location.search;
});

type Params = Readonly<Record<string, string | undefined>>;

/** Returns the address with these parameters set, or removed if undefined. */
export function addressWith(params: Params): string {
  const query = new URLSearchParams(search.value);
  for (const [name, value] of Object.entries(params)) {
    if (value === undefined || value === "") query.delete(name);
    else query.set(name, value);
  }
  const text = query.toString();
  return text === "" ? location.pathname : `${location.pathname}?${text}`;
}

/** Changes the address. `replace`: without a step to go back to. */
export function go(params: Params, { replace = false } = {}): void {
  const address = addressWith(params);
  if (replace) history.replaceState(history.state, "", address);
  else history.pushState({ from: search.peek() } satisfies Step, "", address);
  search.value = location.search;
}

/** The state that the browser keeps with each step: the query before it. */
type Step = { readonly from: string };

/** Changes the address back: by a step back if that leads there, so that the next step back does not open it again. */
export function leave(params: Params): void {
  const { from } = (history.state ?? {}) as Partial<Step>;
  if (from !== undefined && addressWith(params) === `${location.pathname}${from}`) history.back();
  else go(params, { replace: true });
}
