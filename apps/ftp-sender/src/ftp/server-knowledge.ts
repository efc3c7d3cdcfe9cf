/** What is known of a server by trying, for all sessions with it and until the next start. */
export class ServerKnowledge {
  /** They are there. */
  readonly folders = new Set<string>();
  readonly #refused = new Set<Ability>();

  /** Whether it is worth to be tried: what a server says of itself is not always so. */
  may(ability: Ability): boolean {
    return !this.#refused.has(ability);
  }

  /** The server was asked for it and would not, or did something else. */
  refused(ability: Ability): void {
    this.#refused.add(ability);
  }
}

type Ability = "SIZE" | "MLST" | "REST" | "APPE" | "hash";
