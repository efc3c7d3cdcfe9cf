import { dayMs } from "@dwld/timing";

/** A session of 30 days is renewed once a day at most. */
const dueBeforeMs = 29 * dayMs;

/**
 * Whether a session that ends at this time is to be renewed. One that was renewed until the same time cannot be prolonged: its
 * token ends, or it has lasted for 180 days.
 */
export function isRenewalDue(
  expiresMs: number,
  { renewed, nowMs }: { renewed: number | undefined; nowMs: number },
): boolean {
  return expiresMs > nowMs && expiresMs - nowMs < dueBeforeMs && expiresMs !== renewed;
}
