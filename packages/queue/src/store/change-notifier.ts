import type { Topic } from "./topics.ts";

/** Notifies the processes that share the task table of its changes, within milliseconds and without polling. */
export type ChangeNotifier = {
  /** Calls the listeners to these topics, of all processes. To be called after a commit. */
  notify(told: Iterable<Topic>): void;
  /**
   * Calls a listener when one of its topics is notified. Several notifications may arrive as one call.
   *
   * @returns a function that ends it.
   */
  listen(heard: readonly Topic[], listener: () => void): () => void;
  close(): void;
};

/** Milliseconds between two comparisons of the counts of notifications, in case an event is missed. */
export const fallbackIntervalMs = 1000;

/** The number of notifications of each topic so far, as the table has it. */
export type TopicCounts = Readonly<Record<Topic, number>>;

type Listener = { readonly heard: readonly Topic[]; readonly call: () => void };

/** The listeners of this process. */
export class Listeners {
  readonly #listeners = new Set<Listener>();
  readonly #pending = new Set<Topic>();
  #closed = false;

  get closed(): boolean {
    return this.#closed;
  }

  add(heard: readonly Topic[], call: () => void): { remove: () => void } {
    const entry = { heard, call };
    this.#listeners.add(entry);
    return { remove: () => this.#listeners.delete(entry) };
  }

  hears(topic: Topic): boolean {
    return [...this.#listeners].some(({ heard }) => heard.includes(topic));
  }

  /** Calls the listeners to a topic, once for all that is told in a turn of the event loop. */
  tell(topic: Topic): void {
    if (this.#closed) return;
    if (this.#pending.size === 0)
      setImmediate(() => {
        this.#call();
      });
    this.#pending.add(topic);
  }

  close(): void {
    this.#closed = true;
    this.#listeners.clear();
  }

  #call(): void {
    const told = new Set(this.#pending);
    this.#pending.clear();
    for (const { heard, call } of this.#listeners) if (heard.some((topic) => told.has(topic))) call();
  }
}
