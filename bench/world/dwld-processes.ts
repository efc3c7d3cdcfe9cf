import { descendants, type Dwld } from "@dwld/testbed";

/** A process of dwld, by the name of its part. */
export type DwldProcess = { name: "up" | "api" | "worker" | "sender" | "memcached" | "fork server"; pid: number };

/** Returns the processes of `dwld up` that live on; those of single tasks are not among them. */
export async function processesOf(dwld: Dwld): Promise<DwldProcess[]> {
  const up = dwld.processId("up");
  const worker = await pidBehind(dwld.health.worker);
  return [
    { name: "up", pid: up },
    { name: "api", pid: await pidBehind(dwld.health.api) },
    { name: "worker", pid: worker },
    { name: "sender", pid: await pidBehind(dwld.health["ftp-sender"]) },
    ...pidsOf(up, /^\S*memcached /).map((pid) => ({ name: "memcached", pid }) as const),
    ...pidsOf(worker, /^\S*python\S* .*fork_server\.py/).map((pid) => ({ name: "fork server", pid }) as const),
  ];
}

/** A health server tells its process, however dwld was started. */
async function pidBehind(health: string): Promise<number> {
  const answer = await fetch(`${health}/healthz`);
  const { pid } = (await answer.json()) as { pid: number };
  return pid;
}

/** Finds children by their command line; their own children have the same one. */
function pidsOf(parent: number, command: RegExp): number[] {
  return descendants(parent).flatMap((process) =>
    process.parentPid === parent && command.test(process.command) ? [process.pid] : [],
  );
}
