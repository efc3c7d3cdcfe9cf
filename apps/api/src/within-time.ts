/** What a promise brings in time; undefined where it takes longer. It goes on, and what it brings later is its own. */
export async function withinTime<Value>(promise: Promise<Value>, timeoutMs: number): Promise<Value | undefined> {
  const late = Promise.withResolvers<undefined>();
  const timer = setTimeout(() => {
    late.resolve(undefined);
  }, timeoutMs);
  try {
    return await Promise.race([promise, late.promise]);
  } finally {
    clearTimeout(timer);
  }
}
