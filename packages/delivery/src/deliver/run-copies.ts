import type { VerifiedCopy } from "@dwld/queue";

/** The verified copies that a run has made. The next reservation of the run records them, or else its outcome. */
export class RunCopies {
  readonly made: VerifiedCopy[] = [];
  #recordedCount = 0;

  /** Those that are on no record yet. */
  get unrecorded(): readonly VerifiedCopy[] {
    return this.made.slice(this.#recordedCount);
  }

  /** Notes that the first ones of `unrecorded` are on record. */
  recorded({ length }: readonly VerifiedCopy[]): void {
    this.#recordedCount += length;
  }
}
