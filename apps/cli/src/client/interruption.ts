import { constants } from "node:os";

/** A signal asked the command to end. */
export class Interruption extends Error {
  readonly code = "interrupted";
  /** 128 and the number of the signal, as shells have it. */
  readonly exitStatus: number;

  constructor(signal: "SIGINT" | "SIGTERM") {
    super(signal);
    this.exitStatus = 128 + constants.signals[signal];
  }
}

/**
 * Aborts `signal` with an Interruption at the first SIGINT or SIGTERM. The second finds no listener and ends the process.
 * Disposing stops listening.
 */
export function listenForInterruption(): Disposable & { readonly signal: AbortSignal } {
  const controller = new AbortController();
  const names = ["SIGINT", "SIGTERM"] as const;
  const onSignal = (name: (typeof names)[number]): void => controller.abort(new Interruption(name));
  for (const name of names) process.once(name, onSignal);
  return {
    signal: controller.signal,
    [Symbol.dispose]: () => {
      for (const name of names) process.off(name, onSignal);
    },
  };
}
