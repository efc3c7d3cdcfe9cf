/**
 * Whether the page hears the server.
 *
 * `opening`: the first 300 ms, of which nothing is shown; `connecting`: it takes longer; `live`; `lost`: it did not answer.
 */
export type Link = {
  readonly state: "opening" | "connecting" | "live" | "lost";
  /** The server's time of what is shown, unless it is live; undefined if nothing was heard yet. */
  readonly asOf: Date | undefined;
  /** Why it is lost, if somebody said so. */
  readonly failure: unknown;
};

const unseenMs = 300;
const patienceMs = 5000;

/** Tells how the link is, and only when that changes. */
export class LinkTeller {
  readonly #tell: (link: Link) => void;
  #state: Link["state"] | undefined;
  #asOf: Date | undefined;
  #seen: ReturnType<typeof setTimeout> | undefined;
  #patience: ReturnType<typeof setTimeout> | undefined;

  constructor(tell: (link: Link) => void) {
    this.#tell = tell;
  }

  /** Begins to connect. Of a link that was lost this says nothing new, unless somebody looks anew. */
  opening({ isNew = false } = {}): void {
    if (this.#state === "lost" && !isNew) return;
    this.#set("opening");
    this.#seen = setTimeout(() => this.#say("connecting"), unseenMs);
    this.#patience = setTimeout(() => this.#set("lost"), patienceMs);
  }

  /** A piece of a message arrived: the line is slow, and not lost. */
  hearing(): void {
    if (this.#patience === undefined) return;
    clearTimeout(this.#patience);
    this.#patience = setTimeout(() => this.#set("lost"), patienceMs);
  }

  /** @param time the server's */
  heard(time: Date): void {
    this.#asOf = time;
    if (this.#state !== "live") this.#set("live");
  }

  lost(failure: unknown): void {
    this.#set("lost", failure);
  }

  stop(): void {
    clearTimeout(this.#seen);
    clearTimeout(this.#patience);
    this.#patience = undefined;
  }

  #set(state: Link["state"], failure?: unknown): void {
    this.stop();
    this.#say(state, failure);
  }

  #say(state: Link["state"], failure?: unknown): void {
    this.#state = state;
    this.#tell({ state, asOf: state === "live" ? undefined : this.#asOf, failure });
  }
}
