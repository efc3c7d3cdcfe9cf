import { constants } from "node:os";
import { once } from "node:events";
import { runDemo } from "./demo/run-demo.ts";
import { demoVideos, linkOf } from "./demo/videos.ts";
import type { Dwld } from "./processes.ts";
import type { SampleSite } from "./sample-site.ts";

/**
 * demo.ts [--web]: runs the demonstration; with --web, its dwld and its site stay up afterwards, until Ctrl-C, for a look at
 * the page.
 */

/** The demonstration was ended by Ctrl-C or another signal. */
class InterruptedError extends Error {
  override readonly name = "InterruptedError";
  readonly signal: NodeJS.Signals;
  constructor(signal: NodeJS.Signals) {
    super(`interrupted by ${signal}`);
    this.signal = signal;
  }
}

const ended = "All programs have ended, and their folders are gone.";

const interrupt = new AbortController();
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
  process.on(signal, () => {
    if (!interrupt.signal.aborted) console.log("\nInterrupted: cleaning up ...");
    interrupt.abort(new InterruptedError(signal));
  });
}

const staysUp = process.argv.includes("--web");
const startMs = performance.now();
try {
  const missed = await runDemo((text) => console.log(text), interrupt.signal, staysUp ? showPage : undefined);
  process.exitCode = missed === 0 ? 0 : 1;
  console.log(staysUp ? ended : `\n${resultOf(missed)} ${ended}`);
} catch (error) {
  if (error instanceof InterruptedError) {
    console.log(ended);
    process.exitCode = 128 + constants.signals[error.signal];
  } else {
    console.error(error);
    process.exitCode = 1;
  }
}

function resultOf(missed: number): string {
  const seconds = ((performance.now() - startMs) / 1000).toFixed(0);
  return missed === 0
    ? `Everything arrived as it was served, in ${seconds} s.`
    : `${missed} did not arrive as they should.`;
}

async function showPage(dwld: Dwld, site: SampleSite, missed: number): Promise<void> {
  console.log(`\n${resultOf(missed)}

The page of this dwld:  http://${dwld.addresses.http}/
Links to give it:       ${demoVideos.map((video) => linkOf(site, video)).join("\n                        ")}

It stays up until Ctrl-C.`);
  if (!interrupt.signal.aborted) await once(interrupt.signal, "abort");
}
