import type { HeapProfiler, Profiler as CpuProfiler } from "node:inspector";
import { Session } from "node:inspector/promises";
import { setTimeout as pause } from "node:timers/promises";
import { type CallFrame, encodePprof, type StackSample } from "./pprof.ts";

export type Profiler = {
  /** Records what the process does for `seconds`, or until the signal. @throws ProfilerBusyError */
  cpu(seconds: number, signal: AbortSignal): Promise<Uint8Array>;
  /** Returns what is on the heap of all that was allocated since the start. */
  heap(): Promise<Uint8Array>;
  close(): void;
};

/** Another profile is being taken: V8 takes one at a time. */
export class ProfilerBusyError extends Error {
  override readonly name = "ProfilerBusyError";
}

/** Interval of CPU samples: a thousand a second. */
const cpuIntervalMicroseconds = 1000;

/** One allocation is sampled per this many bytes: Go's default, whose cost cannot be measured. */
const heapIntervalBytes = 512 * 1024;

/** Starts to sample this process's heap, so that it can be profiled from now on. */
export async function startProfiler(): Promise<Profiler> {
  const session = new Session();
  session.connect();
  await session.post("Profiler.enable");
  await session.post("Profiler.setSamplingInterval", { interval: cpuIntervalMicroseconds });
  await session.post("HeapProfiler.enable");
  await session.post("HeapProfiler.startSampling", { samplingInterval: heapIntervalBytes });
  const startedAtMs = Date.now();
  let busy = false;
  return {
    cpu: async (seconds, signal) => {
      if (busy) throw new ProfilerBusyError("another profile is being taken; ask again when it is done");
      busy = true;
      try {
        const startedMs = performance.now();
        await session.post("Profiler.start");
        await pause(seconds * 1000, undefined, { signal }).catch(() => undefined);
        const { profile } = await session.post("Profiler.stop");
        return encodePprof({
          measures: [
            { type: "samples", unit: "count" },
            { type: "cpu", unit: "nanoseconds" },
          ],
          samples: cpuSamples(profile),
          period: cpuIntervalMicroseconds * 1000,
          startedAtMs: Date.now() - (performance.now() - startedMs),
          durationMs: performance.now() - startedMs,
        });
      } finally {
        busy = false;
      }
    },
    heap: async () => {
      const { profile } = await session.post("HeapProfiler.getSamplingProfile");
      return encodePprof({
        measures: [{ type: "inuse_space", unit: "bytes" }],
        samples: heapSamples(profile),
        period: heapIntervalBytes,
        startedAtMs,
        durationMs: Date.now() - startedAtMs,
      });
    },
    close: () => {
      session.disconnect();
    },
  };
}

/** Names of frames that stand for no function of the program. */
const notWork = new Set(["(root)", "(idle)"]);

function* cpuSamples({ nodes, samples = [], timeDeltas = [] }: CpuProfiler.Profile): Generator<StackSample> {
  const microseconds = new Map<number, { hits: number; time: number }>();
  for (const [index, node] of samples.entries()) {
    const sum = microseconds.get(node) ?? { hits: 0, time: 0 };
    // A delta is the time since the previous sample, and belongs to that one.
    microseconds.set(node, { hits: sum.hits + 1, time: sum.time + (timeDeltas[index + 1] ?? 0) });
  }
  const parents = new Map(nodes.flatMap(({ id, children = [] }) => children.map((child) => [child, id] as const)));
  const frames = new Map(nodes.map(({ id, callFrame }) => [id, callFrame]));
  for (const [node, { hits, time }] of microseconds) {
    const stack: CallFrame[] = [];
    for (let id: number | undefined = node; id !== undefined; id = parents.get(id)) {
      const frame = frames.get(id);
      if (frame !== undefined && frame.functionName !== "(root)") stack.push(frame);
    }
    const [top] = stack;
    if (top !== undefined && !notWork.has(top.functionName)) yield { frames: stack, values: [hits, time * 1000] };
  }
}

function* heapSamples({ head }: HeapProfiler.SamplingHeapProfile): Generator<StackSample> {
  const waiting: { node: HeapProfiler.SamplingHeapProfileNode; above: readonly CallFrame[] }[] = [
    { node: head, above: [] },
  ];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const { node, above } = next;
    const stack = node.callFrame.functionName === "(root)" ? above : [node.callFrame, ...above];
    if (node.selfSize > 0 && stack.length > 0) yield { frames: stack, values: [node.selfSize] };
    for (const child of node.children) waiting.push({ node: child, above: stack });
  }
}
