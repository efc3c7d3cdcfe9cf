/** The knowledge of a server that was gained by trying, for all sessions with it and until the next start. */
export class ServerKnowledge {
  /** Folders that exist. */
  readonly folders = new Set<string>();
  readonly #refused = new Set<Ability>();

  /** Whether an ability is worth trying. A server may announce one that it lacks. */
  may(ability: Ability): boolean {
    return !this.#refused.has(ability);
  }

  /** Records that the server refused, or did something else. */
  refused(ability: Ability): void {
    this.#refused.add(ability);
  }
}

type Ability = "SIZE" | "MLST" | "REST" | "APPE" | "hash";
