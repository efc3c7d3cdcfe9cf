/** Spans of time, time-outs and pauses: one way to wait no longer, and one formula for when to try again. */
export { type Backoff, backoffMs, jittered } from "./backoff.ts";
export { dayMs, hourMs, minuteMs, secondMs, weekMs } from "./durations.ts";
export { runAt } from "./run-at.ts";
export { SingleFlight } from "./single-flight.ts";
export { TimeoutError, withTimeout } from "./with-timeout.ts";
