/**
 * Resolves after so many milliseconds, and after what has arrived until then was read: a process that was busy for
 * longer must not take its own silence for the other side's (timers run before the event loop reads from sockets).
 */
export function grace(ms: number): { readonly over: Promise<void>; cancel(): void } {
  const { promise, resolve } = Promise.withResolvers<void>();
  const timer = setTimeout(() => setImmediate(resolve), ms);
  return { over: promise, cancel: () => clearTimeout(timer) };
}
