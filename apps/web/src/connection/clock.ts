import { computed, signal } from "@preact/signals";
import { ServerClock } from "./server-clock.ts";

const clock = new ServerClock();
const offsetMs = signal(0);
const tickMs = signal(Date.now());

/** The server's time, to the second; who reads it is drawn anew each second while the page is shown. */
export const now = computed(() => new Date(tickMs.value + offsetMs.value));

const day = computed(() => now.value.toDateString());

/** Some time of today: changes at midnight alone. */
export const today = computed(() => new Date(day.value));

/** Returns the server's time at this moment. */
export function serverTime(): Date {
  return new Date(Date.now() + offsetMs.peek());
}

export function tellServerTime(time: Date, source: "answer" | "heartbeat"): void {
  clock.tell(time.getTime(), Date.now(), source);
  offsetMs.value = clock.offsetMs;
}

/** Moves `now` each second while the page is shown. */
export function startClock(): void {
  const tick = (): void => {
    if (!document.hidden) tickMs.value = Date.now();
  };
  setInterval(tick, 1000);
  document.addEventListener("visibilitychange", tick);
}
