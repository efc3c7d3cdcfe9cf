/** Bounds how many connections or calls one address, or one token, may hold, so that the others keep their share. */
export class HeldPlaces {
  readonly #limit: () => number;
  readonly #limitOfAll: number;
  readonly #held = new Map<string, number>();
  #heldByAll = 0;

  /** @param limit of one holder; a function returns it as of now. */
  constructor(limit: number | (() => number) = Infinity, limitOfAll = Infinity) {
    this.#limit = typeof limit === "number" ? () => limit : limit;
    this.#limitOfAll = limitOfAll;
  }

  /** Returns a function that releases the place, or undefined if the holder, or all together, are at their limit. */
  admit(holder = ""): (() => void) | undefined {
    const held = this.#held.get(holder) ?? 0;
    if (held >= this.#limit() || this.#heldByAll >= this.#limitOfAll) return undefined;
    this.#held.set(holder, held + 1);
    this.#heldByAll += 1;
    return () => {
      this.#heldByAll -= 1;
      const left = (this.#held.get(holder) ?? 1) - 1;
      if (left === 0) this.#held.delete(holder);
      else this.#held.set(holder, left);
    };
  }

  heldBy(holder: string): number {
    return this.#held.get(holder) ?? 0;
  }
}
