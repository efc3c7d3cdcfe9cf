import { getHeapStatistics, setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

const intervalMs = 5000;

/** A process that computed for less than this share of an interval is at rest. */
const restShare = 0.05;

/** A collection takes some 50 ms, and a second for 400 MB: what it can give back must be worth that. */
const worthBytes = 8 * 1024 * 1024;
const worthShare = 0.5;

type Look = {
  /** The share of the time since the last look in which the process computed. */
  readonly utilization: number;
  readonly heapBytes: number;
};

/**
 * Returns unused memory to the system when the process is at rest, after its start and after work: a third of it. A process
 * that allocates little would otherwise keep for hours what it needed once.
 */
export function collectGarbageAtRest(collect: () => void = collectAll, look: () => Look = looks()): void {
  let keptBytes = 0;
  setInterval(() => {
    const { utilization, heapBytes } = look();
    if (utilization > restShare || heapBytes < keptBytes + Math.max(worthBytes, keptBytes * worthShare)) return;
    collect();
    keptBytes = look().heapBytes;
  }, intervalMs).unref();
}

/**
 * Takes the collector from V8 for the moment. With the flag on the command line, Node would not use the code that it brings
 * compiled, and compile its own modules at each start (measured: 15 to 45 ms).
 */
export function collectAll(): void {
  setFlagsFromString("--expose-gc");
  const collect = runInNewContext("gc") as NodeJS.GCFunction;
  setFlagsFromString("--no-expose-gc");
  collect({ type: "major", flavor: "last-resort" });
}

function looks(): () => Look {
  let before = performance.eventLoopUtilization();
  return () => {
    const now = performance.eventLoopUtilization();
    const { utilization } = performance.eventLoopUtilization(now, before);
    before = now;
    return { utilization, heapBytes: getHeapStatistics().used_heap_size };
  };
}
