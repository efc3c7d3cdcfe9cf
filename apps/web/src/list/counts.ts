import { computed, effect } from "@preact/signals";
import type { GetStatusResponse } from "@dwld/rpc";
import { askSoon, hasFailed, status } from "../connection/house-state.ts";
import { statesOf } from "../tasks/sections.ts";
import { store } from "../tasks/store.ts";

/** The number of ended tasks, those included that the page does not know: undefined before they are counted, null if they cannot be. */
export const counts = computed(() => {
  if (status.value === undefined) return hasFailed.value ? null : undefined;
  return { failed: countOf("failed", status.value.counts), done: countOf("done", status.value.counts) };
});

/** Counts again after tasks ended or left. Returns a function that ends this. */
export function keepCounting(): () => void {
  return effect(() => {
    const { failed, done } = store.sections.value;
    void [failed, done];
    askSoon();
  });
}

function countOf(part: "failed" | "done", all: GetStatusResponse["counts"]): number {
  return all.reduce((sum, { state, count }) => sum + (statesOf[part].includes(state) ? Number(count) : 0), 0);
}
