import { DeadlineError, eventually, type LivingProcess, stillLiving } from "@dwld/testbed";

/** How long the children of a killed process may live; the guarantee is 2 s, and the machine may be busy. */
const deadlineMs = 10_000;

/** Watches the children of killed processes until they have ended. */
export class OrphanWatch {
  /** Commands of processes that outlived the one that started them. */
  readonly found: string[] = [];
  longestMs = 0;

  async waitFor(children: readonly LivingProcess[]): Promise<void> {
    const sinceMs = performance.now();
    const gone = () => stillLiving(children).length === 0;
    try {
      await eventually("the children of a killed process are gone", gone, { deadlineMs });
      this.longestMs = Math.max(this.longestMs, Math.round(performance.now() - sinceMs));
    } catch (error) {
      if (!(error instanceof DeadlineError)) throw error;
      this.found.push(...stillLiving(children).map(({ command }) => command));
    }
  }
}
