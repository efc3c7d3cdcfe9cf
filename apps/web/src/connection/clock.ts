import { computed, signal } from "@preact/signals";

/** The server's clock less the browser's, ms: a telephone may be minutes off. */
const offsetMs = signal(0);
const tick = signal(Date.now());

/** The server's time, to the second; who reads it is drawn anew each second while the page is shown. */
export const now = computed(() => new Date(tick.value + offsetMs.value));

export function tellServerTime(time: Date): void {
  const measured = time.getTime() - Date.now();
  // The way of a message takes part of a second.
  if (Math.abs(measured - offsetMs.peek()) > 2000) offsetMs.value = measured;
}

setInterval(() => {
  if (!document.hidden) tick.value = Date.now();
}, 1000);
