import { errorText, isSystemError } from "@dwld/text";

/** Number of paths in a message. */
const toldPaths = 10;

/** Collects the paths that a round of the janitor cannot remove. Each removal is tried by itself: nothing waits behind one that fails. */
export class Leftovers {
  readonly #reasons = new Map<string, string>();

  /** Returns whether a removal succeeds. Keeps the reason if the system refuses it. */
  async without(path: string, remove: () => void | Promise<void>): Promise<boolean> {
    try {
      await remove();
      return true;
    } catch (error) {
      if (!isSystemError(error)) throw error;
      // "EACCES: permission denied, scandir '…'": a name below, which a run may have chosen, is left out.
      this.#reasons.set(path, errorText(error).split(", ", 1)[0] ?? "");
      return false;
    }
  }

  /** @throws Error that names what is left, for a person; none if nothing is */
  tell(): void {
    const all = [...this.#reasons].map(([path, reason]) => `${path}: ${reason}`);
    if (all.length === 0) return;
    const more = all.length > toldPaths ? `, and ${all.length - toldPaths} more` : "";
    throw new Error(
      `what belongs to no task any more cannot be removed: ${all.slice(0, toldPaths).join("; ")}${more}. ` +
        "Let the user that runs dwld write there, or remove it yourself; dwld tries again every ten minutes.",
    );
  }
}
