/** A promise was not settled in time. */
export class TimeoutError extends Error {
  override readonly name = "TimeoutError";
  readonly code = "timeout";
  constructor(timeoutMs: number) {
    super(`took longer than ${timeoutMs / 1000} s`);
  }
}

const expired = Symbol("expired");

/**
 * Waits for a promise, at most `limit` milliseconds or until the signal `limit` is aborted. The promise itself goes on;
 * a later failure of it is ignored.
 *
 * An answer that arrived while this process was busy still counts: timers run before the event loop reads from sockets,
 * so a time-out takes effect only after that was done.
 *
 * @param onTimeout makes the result of a time-out. Without it, a time-out throws TimeoutError, and an abort the signal's
 *   reason.
 */
export async function withTimeout<Value, Late = never>(
  promise: Promise<Value>,
  limit: number | AbortSignal,
  onTimeout?: () => Late,
): Promise<Value | Late> {
  const { promise: expiry, resolve } = Promise.withResolvers<typeof expired>();
  const stop = limit instanceof AbortSignal ? onAbort(limit, resolve) : onTime(limit, resolve);
  try {
    const value = await Promise.race([promise, expiry]);
    if (value !== expired) return value;
  } finally {
    stop();
  }
  if (onTimeout !== undefined) return onTimeout();
  throw limit instanceof AbortSignal ? limit.reason : new TimeoutError(limit);
}

type Expire = (value: typeof expired) => void;

function onAbort(signal: AbortSignal, expire: Expire): () => void {
  const abort = () => expire(expired);
  if (signal.aborted) abort();
  else signal.addEventListener("abort", abort, { once: true });
  return () => signal.removeEventListener("abort", abort);
}

function onTime(timeoutMs: number, expire: Expire): () => void {
  const timer = setTimeout(() => setImmediate(expire, expired), timeoutMs);
  return () => clearTimeout(timer);
}
