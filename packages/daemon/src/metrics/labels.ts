import { other } from "./series.ts";

/** Returns a function for a text from outside as the value of a label: itself if it is known, else "other". */
export function oneOf(isKnown: (text: string) => boolean): (text: string) => string {
  return (text) => (isKnown(text) ? text : other);
}

/** Values of a label of which ever new ones come, such as versions: the last few that were seen. */
export class Recent {
  readonly #most: number;
  readonly #forget: (value: string) => void;
  #values: readonly string[] = [];

  /** @param forget called with a value that is one of the last few no more. */
  constructor(most: number, forget: (value: string) => void) {
    this.#most = most;
    this.#forget = forget;
  }

  /** Returns the value, which is the newest now. */
  see(value: string): string {
    if (this.#values.at(-1) === value) return value;
    const values = [...this.#values.filter((known) => known !== value), value];
    for (const old of values.slice(0, -this.#most)) this.#forget(old);
    this.#values = values.slice(-this.#most);
    return value;
  }
}
