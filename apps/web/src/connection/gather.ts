/** Longer than a frame, and too short to be seen. */
const togetherMs = 30;

/** Hands on what comes: the first at once, and what follows within 30 ms together. */
export class Gather<Item> {
  readonly #handOn: (items: readonly Item[]) => void;
  #items: Item[] = [];
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(handOn: (items: readonly Item[]) => void) {
    this.#handOn = handOn;
  }

  add(item: Item): void {
    this.#items.push(item);
    if (this.#timer !== undefined) return;
    this.flush();
    this.#timer = setTimeout(() => {
      this.flush();
    }, togetherMs);
  }

  flush(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (this.#items.length === 0) return;
    const items = this.#items;
    this.#items = [];
    this.#handOn(items);
  }
}
