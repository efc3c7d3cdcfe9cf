import { DestinationError, isFailure } from "../destination/destination-error.ts";
import { removePart } from "./resume.ts";
import { type NameStep, type ReservedName, reserveName } from "./reserve-name.ts";
import { verifySize } from "./transfer.ts";

export type PublishStep = NameStep & {
  readonly candidates: () => Iterable<string>;
  /** Paths in the same folder for a destination that refuses the title. */
  readonly plainCandidates: readonly string[];
  /** Called with a free path before the file may get it, and with undefined if it did not. */
  readonly onPublishing: (path: string | undefined) => void;
};

/**
 * Renames a verified copy to its final path, or to another if that one is taken meanwhile or refused. Looks afterwards
 * whether it was done: the final path has the size, and the temporary one is gone. A rename changes no bytes.
 *
 * @returns the path; undefined if another file was adopted instead, and the copy is gone.
 * @throws DestinationError, LeaseLostError
 */
export async function publish(part: string, reserved: ReservedName, step: PublishStep): Promise<string | undefined> {
  const { session, record, candidates, plainCandidates, onPublishing } = step;
  const again = { ...step, partFor: () => part, looksFirst: true, seen: new Map<string, number | undefined>() };
  let name: ReservedName | "adopted" = reserved;
  for (let isPlain = false; ;) {
    // A rename may overwrite, and a file that came there meanwhile is not ours.
    const there = name.replacedBytes === undefined ? await session.size(name.path) : undefined;
    if (there !== undefined) name = await reserveName(candidates(), { ...again, seen: new Map([[name.path, there]]) });
    if (name === "adopted") break;
    try {
      await rename(part, name, step);
      return name.path;
    } catch (error) {
      if (!isFailure(error, "name_refused", "name_taken")) throw error;
      onPublishing(undefined);
      if (error.kind === "name_taken") continue;
      if (name.replacedBytes !== undefined) {
        // Some servers do not replace a file. The new copy is whole and verified.
        await record.confirm();
        await session.remove(name.path);
        name = { path: name.path };
        continue;
      }
      if (isPlain) throw error;
    }
    isPlain = true;
    name = await reserveName(plainCandidates, again);
    if (name === "adopted") break;
  }
  await removePart(part, step);
  return undefined;
}

async function rename(part: string, { path, replacedBytes }: ReservedName, step: PublishStep): Promise<void> {
  const { session, record, onPublishing } = step;
  // The path was free and is reserved: a file there is ours from now on, even if the answer does not reach us.
  if (replacedBytes === undefined) onPublishing(path);
  await session.rename(part, path, () => record.confirm());
  await verifySize(path, step);
  if (replacedBytes === record.file.size_bytes && (await session.size(part)) !== undefined)
    throw new DestinationError({
      kind: "unknown",
      phase: "work",
      message: `${record.destination.title} said that it renamed ${part} to ${path}, and did not`,
      advice: "It is tried again by itself. If it happens each time, look into the log of the destination.",
    });
}
