import { setTimeout as pause } from "node:timers/promises";
import {
  DeadlineError,
  descendants,
  type Dwld,
  type DwldApp,
  eventually,
  type LivingProcess,
  stillLiving,
} from "@dwld/testbed";
import type { Chance } from "./chance.ts";
import type { World } from "./world.ts";

/** What is done to the processes, and how often in proportion. */
const weights = {
  "kill a worker": 4,
  "kill the sender": 4,
  "kill the api": 2,
  "end an app in order": 2,
  "freeze an app": 2,
  "freeze an app for longer than a lease": 0.3,
  "flush memcached": 1,
  "take memcached away": 1,
  "take the FTP server away": 1.5,
} as const;

export type Deed = keyof typeof weights;

/** Between two deeds. */
const pauseMs = { least: 100, most: 800 } as const;

/** How long what a killed worker has started may live on; the guarantee is 2 s, and the machine may be busy. */
const orphanDeadlineMs = 10_000;

export type Mischief = { deeds: Record<Deed, number>; orphans: string[]; longestOrphanMs: number };

type Target = { dwld: Dwld; app: DwldApp };

/** Does something at random, again and again, until the signal. In the end everything runs. */
export async function makeMischief(world: World, chance: Chance, signal: AbortSignal): Promise<Mischief> {
  const { dwld, second, memcached, ftp } = world;
  const workers: Target[] = [
    { dwld, app: "worker" },
    { dwld: second, app: "worker" },
  ];
  const sender: Target = { dwld, app: "ftp-sender" };
  const api: Target = { dwld, app: "api" };
  const all = [...workers, sender, api];
  const done = Object.fromEntries(Object.keys(weights).map((deed) => [deed, 0])) as Record<Deed, number>;
  const orphans: string[] = [];
  let longestOrphanMs = 0;

  async function kill(target: Target): Promise<void> {
    const children = await descendants(target.dwld.processId(target.app));
    await target.dwld.kill(target.app);
    const killedMs = performance.now();
    // The next one may start while they die: it must cope with that.
    await Promise.all([target.dwld.restart(target.app), watchDie(children, killedMs)]);
  }

  async function watchDie(children: readonly LivingProcess[], killedMs: number): Promise<void> {
    const gone = async () => (await stillLiving(children)).length === 0;
    try {
      await eventually("what a killed process has started is gone", gone, { deadlineMs: orphanDeadlineMs });
      longestOrphanMs = Math.max(longestOrphanMs, performance.now() - killedMs);
    } catch (error) {
      if (!(error instanceof DeadlineError)) throw error;
      orphans.push(...(await stillLiving(children)).map(({ command }) => command));
    }
  }

  async function freeze({ dwld: owner, app }: Target, forMs: number): Promise<void> {
    owner.signal(app, "SIGSTOP");
    await pause(forMs);
    owner.signal(app, "SIGCONT");
  }

  const deeds: Record<Deed, () => Promise<void>> = {
    "kill a worker": () => kill(chance.pick(workers)),
    "kill the sender": () => kill(sender),
    "kill the api": () => kill(api),
    "end an app in order": async () => {
      const target = chance.pick(all);
      await target.dwld.restart(target.app);
    },
    "freeze an app": () => freeze(chance.pick(all), chance.between(100, 2000)),
    "freeze an app for longer than a lease": () => freeze(chance.pick([...workers, sender]), 17_000),
    "flush memcached": () => memcached.flush(),
    "take memcached away": async () => {
      await memcached.goAway();
      await pause(chance.between(0, 1000));
      await memcached.comeBack();
    },
    "take the FTP server away": async () => {
      await ftp.goAway();
      await pause(chance.between(0, 500));
      await ftp.comeBack();
    },
  };

  while (!signal.aborted) {
    await pause(chance.between(pauseMs.least, pauseMs.most));
    const deed = chance.weighted(weights);
    await deeds[deed]();
    done[deed] += 1;
  }
  return { deeds: done, orphans, longestOrphanMs: Math.round(longestOrphanMs) };
}
