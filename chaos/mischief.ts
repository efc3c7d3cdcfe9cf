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
import { errorCode } from "@dwld/text";
import type { Chance } from "./chance.ts";
import type { World } from "./world.ts";

/** What is done to the processes, and how often in proportion. */
const weights = {
  "kill a worker": 4,
  "kill the sender": 4,
  "kill the api": 2,
  "kill dwld up": 0.7,
  "end an app in order": 2,
  "end dwld up in order": 0.7,
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

type App = Exclude<DwldApp, "up">;

/** A process that something may happen to. */
type Target = {
  /** undefined: it is between two runs. */
  pid(): Promise<number | undefined>;
  /** Has it run again when it has ended, where nobody else does. */
  comeBack(): Promise<void>;
};

/** Below `dwld up`, which starts again what ends. */
function belowUp(dwld: Dwld, app: App): Target {
  return { pid: () => dwld.processIdBelowUp(app), comeBack: () => Promise.resolve() };
}

function onItsOwn(dwld: Dwld, app: DwldApp): Target {
  return {
    pid: () => Promise.resolve(dwld.processId(app)),
    comeBack: async () => {
      await dwld.waitForEnd(app);
      await dwld.restart(app);
    },
  };
}

/** Does something at random, again and again, until the signal. In the end everything runs. */
export async function makeMischief(world: World, chance: Chance, signal: AbortSignal): Promise<Mischief> {
  const { dwld, second, memcached, ftp } = world;
  const workers = [belowUp(dwld, "worker"), onItsOwn(second, "worker")];
  const sender = belowUp(dwld, "ftp-sender");
  const api = belowUp(dwld, "api");
  const up = onItsOwn(dwld, "up");
  const all = [...workers, sender, api];
  const done = Object.fromEntries(Object.keys(weights).map((deed) => [deed, 0])) as Record<Deed, number>;
  const orphans: string[] = [];
  let longestOrphanMs = 0;

  /** At whatever age it is: what is between two runs is left alone. */
  async function kill(target: Target): Promise<void | false> {
    const pid = await target.pid();
    if (pid === undefined) return false;
    const children = await descendants(pid);
    signalTo(pid, "SIGKILL");
    const killedMs = performance.now();
    // The next one may start while they die: it must cope with that.
    await Promise.all([target.comeBack(), watchDie(children, killedMs)]);
  }

  /** The apps end in order when it is gone. One that was started sooner would find their addresses taken. */
  async function killUp(): Promise<void> {
    const pid = dwld.processId("up");
    const children = await descendants(pid);
    signalTo(pid, "SIGKILL");
    await watchDie(children, performance.now());
    await up.comeBack();
  }

  async function end(target: Target): Promise<void | false> {
    const pid = await target.pid();
    if (pid === undefined) return false;
    signalTo(pid, "SIGTERM");
    await target.comeBack();
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

  async function freeze(target: Target, forMs: number): Promise<void | false> {
    const pid = await target.pid();
    if (pid === undefined) return false;
    signalTo(pid, "SIGSTOP");
    await pause(forMs);
    signalTo(pid, "SIGCONT");
  }

  /** False: there was nothing to do it to. */
  const deeds: Record<Deed, () => Promise<void | false>> = {
    "kill a worker": () => kill(chance.pick(workers)),
    "kill the sender": () => kill(sender),
    "kill the api": () => kill(api),
    "kill dwld up": killUp,
    "end an app in order": () => end(chance.pick(all)),
    "end dwld up in order": () => end(up),
    "freeze an app": () => freeze(chance.pick([...all, up]), chance.between(100, 2000)),
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
    if ((await deeds[deed]()) !== false) done[deed] += 1;
  }
  return { deeds: done, orphans, longestOrphanMs: Math.round(longestOrphanMs) };
}

/** It may have ended meanwhile. */
function signalTo(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch (error) {
    if (errorCode(error) !== "ESRCH") throw error;
  }
}
