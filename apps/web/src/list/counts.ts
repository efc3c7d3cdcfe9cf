import { effect, signal } from "@preact/signals";
import { downloads } from "../connection/transport.ts";
import { link } from "../connection/watch.ts";
import { statesOf } from "../tasks/sections.ts";
import { store } from "../tasks/store.ts";

/** How many ended tasks there are at all: undefined before they are counted, null if they cannot be. */
export const counts = signal<{ readonly failed: number; readonly done: number } | null | undefined>(undefined);

const pauseMs = 1500;

/** Counts now, and again after tasks ended or left. Returns a function that ends this. */
export function keepCounting(): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const end = effect(() => {
    if (store.generation.value === 0 || link.value.state !== "live") return;
    const { failed, done } = store.sections.value;
    void [failed, done];
    clearTimeout(timer);
    timer = setTimeout(() => void count(), counts.peek() === undefined ? 0 : pauseMs);
  });
  return () => {
    clearTimeout(timer);
    end();
  };
}

async function count(): Promise<void> {
  try {
    const status = await downloads.getStatus({});
    const of = (part: "failed" | "done"): number =>
      status.counts.reduce(
        (sum, { state, count: each }) => sum + (statesOf[part].includes(state) ? Number(each) : 0),
        0,
      );
    counts.value = { failed: of("failed"), done: of("done") };
  } catch {
    // The watch says that the server is away. What was counted before is nearer to the truth than what is known.
    counts.value ??= null;
  }
}
