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
import type { SeededRandom } from "./seeded-random.ts";
import type { System } from "./system.ts";

/** The faults, each with its share of all of them. */
const weights = {
  "kill a worker": 4,
  "kill the sender": 4,
  "kill the api": 2,
  "kill dwld up": 0.7,
  "stop an app": 2,
  "stop dwld up": 0.7,
  "freeze an app": 2,
  "freeze an app for longer than a lease": 0.3,
  "flush memcached": 1,
  "take memcached away": 1,
  "take the FTP server away": 1.5,
} as const;

export type Fault = keyof typeof weights;

/** Pause between two faults. */
const pauseMs = { least: 100, most: 800 } as const;

/** How long the children of a killed process may live; the guarantee is 2 s, and the machine may be busy. */
const orphanDeadlineMs = 10_000;

export type InjectedFaults = {
  counts: Record<Fault, number>;
  /** Commands of processes that outlived the one that started them. */
  orphans: string[];
  longestOrphanMs: number;
};

type App = Exclude<DwldApp, "up">;

/** A process to inject faults into. */
type Target = {
  /** Undefined between two runs. */
  pid(): number | undefined;
  /** Restarts it after its end, if nothing else does. */
  restart(): Promise<void>;
};

/** A process that `dwld up` restarts. */
function supervised(dwld: Dwld, app: App): Target {
  return { pid: () => dwld.processIdBelowUp(app), restart: () => Promise.resolve() };
}

function standalone(dwld: Dwld, app: DwldApp): Target {
  return {
    pid: () => dwld.processId(app),
    restart: async () => {
      await dwld.waitForEnd(app);
      await dwld.restart(app);
    },
  };
}

/** Injects one random fault after another until the signal. Everything runs when it returns. */
export async function injectFaults(
  { dwld, second, memcached, ftp }: System,
  random: SeededRandom,
  signal: AbortSignal,
): Promise<InjectedFaults> {
  const workers = [supervised(dwld, "worker"), standalone(second, "worker")];
  const sender = supervised(dwld, "ftp-sender");
  const api = supervised(dwld, "api");
  const up = standalone(dwld, "up");
  const all = [...workers, sender, api];
  const counts = Object.fromEntries(Object.keys(weights).map((fault) => [fault, 0])) as Record<Fault, number>;
  const orphans: string[] = [];
  let longestOrphanMs = 0;

  /** Returns false if the target is between two runs. */
  async function kill(target: Target): Promise<void | false> {
    const pid = target.pid();
    if (pid === undefined) return false;
    const children = descendants(pid);
    signalTo(pid, "SIGKILL");
    const killedMs = performance.now();
    // The next run may start while the children die: it must cope with that.
    await Promise.all([target.restart(), waitForOrphans(children, killedMs)]);
  }

  /** The apps end when `dwld up` is gone. It is restarted after that, since their addresses are taken before. */
  async function killUp(): Promise<void> {
    const pid = dwld.processId("up");
    const children = descendants(pid);
    signalTo(pid, "SIGKILL");
    await waitForOrphans(children, performance.now());
    await up.restart();
  }

  async function stop(target: Target): Promise<void | false> {
    const pid = target.pid();
    if (pid === undefined) return false;
    signalTo(pid, "SIGTERM");
    await target.restart();
  }

  async function waitForOrphans(children: readonly LivingProcess[], killedMs: number): Promise<void> {
    const gone = () => stillLiving(children).length === 0;
    try {
      await eventually("the children of a killed process are gone", gone, { deadlineMs: orphanDeadlineMs });
      longestOrphanMs = Math.max(longestOrphanMs, performance.now() - killedMs);
    } catch (error) {
      if (!(error instanceof DeadlineError)) throw error;
      orphans.push(...stillLiving(children).map(({ command }) => command));
    }
  }

  async function freeze(target: Target, forMs: number): Promise<void | false> {
    const pid = target.pid();
    if (pid === undefined) return false;
    signalTo(pid, "SIGSTOP");
    await pause(forMs);
    signalTo(pid, "SIGCONT");
  }

  /** Each returns false if there was no process to do it to. */
  const faults: Record<Fault, () => Promise<void | false>> = {
    "kill a worker": () => kill(random.pick(workers)),
    "kill the sender": () => kill(sender),
    "kill the api": () => kill(api),
    "kill dwld up": killUp,
    "stop an app": () => stop(random.pick(all)),
    "stop dwld up": () => stop(up),
    "freeze an app": () => freeze(random.pick([...all, up]), random.between(100, 2000)),
    "freeze an app for longer than a lease": () => freeze(random.pick([...workers, sender]), 17_000),
    "flush memcached": () => memcached.flush(),
    "take memcached away": async () => {
      await memcached.goAway();
      await pause(random.between(0, 1000));
      await memcached.comeBack();
    },
    "take the FTP server away": async () => {
      await ftp.goAway();
      await pause(random.between(0, 500));
      await ftp.comeBack();
    },
  };

  while (!signal.aborted) {
    await pause(random.between(pauseMs.least, pauseMs.most));
    const fault = random.weighted(weights);
    if ((await faults[fault]()) !== false) counts[fault] += 1;
  }
  return { counts, orphans, longestOrphanMs: Math.round(longestOrphanMs) };
}

/** Sends a signal to a process that may have ended meanwhile. */
function signalTo(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch (error) {
    if (errorCode(error) !== "ESRCH") throw error;
  }
}
