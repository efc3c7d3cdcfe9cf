import { setTimeout as pause } from "node:timers/promises";
import { askReadiness } from "@dwld/daemon";
import { type Judgement, judge, type RunningUnit, type SeenUnit } from "./readiness.ts";
import { lastWords, showUnits } from "./systemd.ts";
import { UpgradeError } from "./upgrade-error.ts";

/** Milliseconds between two looks. */
const lookMs = 200;
const answerMs = 2500;

export type Watch = {
  /** Returns the health address of a unit, "host:port". */
  readonly addressOf: (unit: string) => string | undefined;
  /** How long units may take to be ready, ms. */
  readonly readyMs: number;
  readonly signal?: AbortSignal;
};

/** Looks at units as they are. */
export async function lookAt(names: readonly string[], { addressOf }: Pick<Watch, "addressOf">): Promise<SeenUnit[]> {
  const states = await showUnits(names);
  return await Promise.all(
    states.map(async (state) => {
      const address = addressOf(state.name);
      const told = state.pid === 0 || address === undefined ? undefined : await askReadiness(address, answerMs);
      return { ...state, ...(told !== undefined && { failing: told.failing }) };
    }),
  );
}

/** Returns what a unit can be expected to do after a restart. */
export function asBefore({ name, failing }: SeenUnit): RunningUnit {
  return { name, ...(failing !== undefined && { failing: Object.keys(failing) }) };
}

/**
 * Waits until units work as well as before.
 *
 * @throws UpgradeError that names the first unit that does not, and why; the reason of `signal`.
 */
export async function untilReady(units: readonly RunningUnit[], watch: Watch): Promise<void> {
  const deadlineMs = performance.now() + watch.readyMs;
  for (;;) {
    watch.signal?.throwIfAborted();
    const late = (await judgeAll(units, watch)).find(({ judgement }) => judgement.is === "coming");
    if (late === undefined) return;
    if (performance.now() > deadlineMs && late.judgement.is === "coming")
      throw new UpgradeError(`${late.name} was not ready within ${watch.readyMs / 1000} s: ${late.judgement.waitsFor}`);
    await pause(lookMs);
  }
}

/** Watches units that are ready for some time, in which none may end. @throws as `untilReady`. */
export async function untilSettled(units: readonly RunningUnit[], watch: Watch, settleMs: number): Promise<void> {
  const endMs = performance.now() + settleMs;
  while (performance.now() < endMs) {
    watch.signal?.throwIfAborted();
    await judgeAll(units, watch);
    await pause(lookMs);
  }
  await untilReady(units, watch);
}

async function judgeAll(
  units: readonly RunningUnit[],
  watch: Watch,
): Promise<{ name: string; judgement: Judgement }[]> {
  const seen = await lookAt(
    units.map(({ name }) => name),
    watch,
  );
  const judged = units.map((unit, index) => ({
    name: unit.name,
    judgement: seen[index] === undefined ? ({ is: "coming", waitsFor: "" } as const) : judge(seen[index], unit),
  }));
  for (const { name, judgement } of judged)
    if (judgement.is === "broken") {
      const words = await lastWords(name);
      throw new UpgradeError(`${name} ${judgement.because}${words === "" ? "" : `:\n${words}`}`);
    }
  return judged;
}
