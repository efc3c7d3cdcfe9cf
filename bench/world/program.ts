import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";

/** Starts a program of the bench as a process that ends with this one. */
export function startProgram(name: string, ...words: readonly string[]): ChildProcess {
  return fork(join(import.meta.dirname, "../programs", name), words, {
    stdio: ["ignore", "inherit", "inherit", "ipc"],
  });
}

/** Resolves with the next message; rejects if the process ends instead. */
export async function nextMessage(child: ChildProcess): Promise<unknown> {
  const waiting = new AbortController();
  const { signal } = waiting;
  const ended = once(child, "exit", { signal }).then(() => {
    throw new Error("a program of the bench ended early; its output is above");
  });
  try {
    const [message] = (await Promise.race([once(child, "message", { signal }), ended])) as [unknown];
    return message;
  } finally {
    waiting.abort();
    await ended.catch(() => undefined);
  }
}

/** Has this process, which is a program of the bench, carry out what the one that started it sends, until that one ends. */
export function carryOutOrders(carryOut: (order: never) => Promise<object>): void {
  process.on("message", (order) => {
    carryOut(order as never).then(
      (report) => process.send?.(report),
      (error: unknown) => {
        console.error(error);
        process.exit(1);
      },
    );
  });
  process.once("disconnect", () => process.exit());
}
