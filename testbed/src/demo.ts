import { constants } from "node:os";
import { runDemo } from "./demo/run-demo.ts";

/** The demonstration was ended by Ctrl-C or another signal. */
class InterruptedError extends Error {
  override readonly name = "InterruptedError";
  readonly signal: NodeJS.Signals;
  constructor(signal: NodeJS.Signals) {
    super(`interrupted by ${signal}`);
    this.signal = signal;
  }
}

const interrupt = new AbortController();
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
  process.on(signal, () => {
    if (!interrupt.signal.aborted) console.log("\nInterrupted: cleaning up ...");
    interrupt.abort(new InterruptedError(signal));
  });
}

const startMs = performance.now();
try {
  const missed = await runDemo((text) => console.log(text), interrupt.signal);
  const seconds = ((performance.now() - startMs) / 1000).toFixed(0);
  process.exitCode = missed === 0 ? 0 : 1;
  console.log(
    missed === 0
      ? `\nEverything arrived as it was served, in ${seconds} s. All programs have ended, and their folders are gone.`
      : `\n${missed} did not arrive as they should.`,
  );
} catch (error) {
  if (error instanceof InterruptedError) {
    console.log("All programs have ended, and their folders are gone.");
    process.exitCode = 128 + constants.signals[error.signal];
  } else {
    console.error(error);
    process.exitCode = 1;
  }
}
