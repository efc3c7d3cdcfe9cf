const hourMs = 60 * 60_000;
/** Half of a session. */
const dueBeforeMs = 6 * hourMs;

/**
 * Whether a session that ends at this time is to be renewed. One that was renewed until the same time cannot be prolonged: its
 * token ends, or it has lasted for 30 days.
 */
export function isRenewalDue(
  expiresMs: number,
  { renewed, nowMs }: { renewed: number | undefined; nowMs: number },
): boolean {
  return expiresMs > nowMs && expiresMs - nowMs < dueBeforeMs && expiresMs !== renewed;
}
