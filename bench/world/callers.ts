import { nextMessage, startProgram } from "./program.ts";

export type Protocol = "grpc" | "connect";

/** A request to programs/callers.ts. */
export type CallOrder = {
  /** AddTask of a link that is new, AddTasks of 500 such links, or an empty round trip (grpc.health.v1.Health/Check). */
  call: "add" | "add many" | "check";
  protocol: Protocol;
  url: string;
  /** Each has one call under way. */
  callers: number;
  durationMs: number;
};

/** The answer of programs/callers.ts; a call of AddTasks counts for each of its links. */
export type CallReport = { calls: number; elapsedMs: number };

/** Starts callers in a process of their own. */
export function startCallers() {
  const child = startProgram("callers.ts");
  return {
    /** Returns calls a second. */
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

/** Starts a server whose calls store nothing. */
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
