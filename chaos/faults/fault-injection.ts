import { setTimeout as pause } from "node:timers/promises";
import type { SeededRandom } from "../seeded-random.ts";

export type Fault = {
  /** Its share of all faults of its lane. */
  weight: number;
  /** Returns, when the fault is over, false if there was nothing to do it to. */
  inject(random: SeededRandom): Promise<void | false>;
};

/** Faults that follow one another. Those of different lanes overlap. */
export type Lane = {
  /** Pause between two faults. */
  pauseMs: { least: number; most: number };
  faults: Readonly<Record<string, Fault>>;
};

/** Injects one random fault of each lane after another until the signal, and returns their counts. Everything runs then. */
export async function injectFaults(
  lanes: readonly Lane[],
  random: SeededRandom,
  enough: AbortSignal,
): Promise<Record<string, number>> {
  const failed = new AbortController();
  const signal = AbortSignal.any([enough, failed.signal]);
  const counts = Object.fromEntries(lanes.flatMap(({ faults }) => Object.keys(faults).map((name) => [name, 0])));
  const injectIn = async ({ pauseMs, faults }: Lane, own: SeededRandom): Promise<void> => {
    const weights = Object.fromEntries(Object.entries(faults).map(([name, { weight }]) => [name, weight]));
    for (;;) {
      await pause(own.between(pauseMs.least, pauseMs.most), undefined, { signal }).catch(() => undefined);
      if (signal.aborted) return;
      const name = own.weighted(weights);
      if ((await faults[name]?.inject(own)) !== false) counts[name] = (counts[name] ?? 0) + 1;
    }
  };
  const ends = await Promise.allSettled(
    lanes.map((lane) =>
      injectIn(lane, random.fork()).catch((error: unknown) => {
        failed.abort();
        throw error;
      }),
    ),
  );
  for (const end of ends) if (end.status === "rejected") throw end.reason;
  return counts;
}
