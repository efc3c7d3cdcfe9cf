export type Until = { durationMs: number } | { count: number };

export type Repeated = { count: number; elapsedMs: number };

/** Repeats a deed by so many callers at once. */
export async function repeat(deed: () => Promise<void>, callers: number, until: Until): Promise<Repeated> {
  const startMs = performance.now();
  let count = 0;
  const goesOn = () => ("count" in until ? count < until.count : performance.now() - startMs < until.durationMs);
  const caller = async () => {
    while (goesOn()) {
      count += 1;
      await deed();
    }
  };
  await Promise.all(Array.from({ length: callers }, caller));
  return { count, elapsedMs: performance.now() - startMs };
}
