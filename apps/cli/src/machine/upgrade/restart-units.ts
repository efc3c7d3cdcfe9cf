import type { RunningUnit } from "./readiness.ts";
import { startUnits, stopUnits } from "./systemd.ts";
import { untilReady, type Watch } from "./watch-units.ts";

type Say = (text: string) => void;

/** Splits units into those of the api, which clients miss at once, and the others, which are given time to end their work. */
function byPatience(units: readonly RunningUnit[]): { api: RunningUnit[]; others: RunningUnit[] } {
  const isApi = ({ name }: RunningUnit) => name === "dwld-api.service";
  return { api: units.filter(isApi), others: units.filter((unit) => !isApi(unit)) };
}

const namesOf = (units: readonly RunningUnit[]) => units.map(({ name }) => name);

/** Stops units, the api last: links are accepted while the others end their work. */
export async function stopAll(units: readonly RunningUnit[], say: Say): Promise<void> {
  const { api, others } = byPatience(units);
  if (others.length > 0) say(`stopping ${namesOf(others).join(", ")}: what is in work has its grace, and is resumed`);
  await stopUnits(namesOf(others));
  await stopUnits(namesOf(api));
}

/** Restarts units that may run or be stopped, the api first and alone, so that clients miss it for the time of its start. */
export async function restartUnits(
  units: readonly RunningUnit[],
  { say, ...watch }: Watch & { say: Say },
): Promise<void> {
  const { api, others } = byPatience(units);
  for (const group of [api, others].filter(({ length }) => length > 0)) {
    const names = namesOf(group);
    say(`restarting ${names.join(", ")}`);
    await stopUnits(names);
    watch.signal?.throwIfAborted();
    await startUnits(names);
    await untilReady(group, watch);
  }
}

/** Restarts units at once, so that each comes as soon as it can, whatever keeps another away. */
export async function restartTogether(
  units: readonly RunningUnit[],
  { say, ...watch }: Watch & { say: Say },
): Promise<void> {
  say(`restarting ${namesOf(units).join(", ")}`);
  await stopUnits(namesOf(units));
  await startUnits(namesOf(units));
  await untilReady(units, watch);
}
