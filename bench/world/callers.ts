import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";

export type Protocol = "grpc" | "connect";

/** What programs/callers.ts is told … */
export type CallOrder = {
  /** AddTask of a link that is new, or an empty round trip (grpc.health.v1.Health/Check). */
  call: "add" | "check";
  protocol: Protocol;
  url: string;
  /** Each has one call under way. */
  callers: number;
  durationMs: number;
};

/** … and what it answers. */
export type CallReport = { calls: number; elapsedMs: number };

/** A program of this folder, as a process that ends with this one. */
function startProgram(name: string): ChildProcess {
  return fork(join(import.meta.dirname, "../programs", name), { stdio: ["ignore", "inherit", "inherit", "ipc"] });
}

/** The next message; rejects where the process ends instead. */
async function nextMessage(child: ChildProcess): Promise<unknown> {
  const waiting = new AbortController();
  const { signal } = waiting;
  const ended = once(child, "exit", { signal }).then(() => {
    throw new Error("a program of the bench ended early; what it wrote stands above");
  });
  try {
    const [message] = (await Promise.race([once(child, "message", { signal }), ended])) as [unknown];
    return message;
  } finally {
    waiting.abort();
    await ended.catch(() => undefined);
  }
}

/** Callers in a process of their own. */
export function startCallers() {
  const child = startProgram("callers.ts");
  return {
    /** Calls in a second. */
    async rate(order: CallOrder): Promise<number> {
      child.send(order);
      const { calls, elapsedMs } = (await nextMessage(child)) as CallReport;
      return (calls * 1000) / elapsedMs;
    },
    stop: () => {
      child.disconnect();
    },
  };
}

/** A server whose calls do nothing. */
export async function startBareServer() {
  const child = startProgram("bare-server.ts");
  const urls = (await nextMessage(child)) as Record<Protocol, string>;
  return {
    urls,
    stop: () => {
      child.disconnect();
    },
  };
}
