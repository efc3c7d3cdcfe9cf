import { DestinationError, isFailure } from "../destination/destination-error.ts";
import type { FileDelivery, FileInSession } from "./file-delivery.ts";
import type { FileNames } from "./file-names.ts";
import { type Adopted, isAdopted, type ReservedName, reserveName } from "./reserve-name.ts";
import { removePart } from "./resume.ts";
import { StepError } from "./step-error.ts";
import { verifySize } from "./verify-copy.ts";

/**
 * Renames a verified copy to its final path, or to another if that one is taken meanwhile or refused. Looks afterwards
 * whether it was done: the final path has the size, and the temporary one is gone. A rename changes no bytes.
 *
 * @returns the path; or that of another file, which was adopted instead: the copy is gone.
 * @throws DestinationError, LeaseLostError; a StepError around any error after which the copy may have a path that was free.
 */
export async function publish(
  delivery: FileDelivery,
  names: Pick<FileNames, "candidates" | "plain">,
  { part, name: reserved }: { part: string; name: ReservedName },
): Promise<ReservedName | Adopted> {
  const { session, record } = delivery;
  const again = { partFor: () => part, looksFirst: true, seen: new Map<string, number | undefined>() };
  let name: ReservedName | Adopted = reserved;
  for (let isPlain = false; ;) {
    // A rename may overwrite, and a file that came there meanwhile is not ours.
    const there = name.replacedBytes === undefined ? await session.size(name.path) : undefined;
    if (there !== undefined)
      name = await reserveName(delivery, names.candidates(), { ...again, seen: new Map([[name.path, there]]) });
    if (isAdopted(name)) break;
    try {
      await rename(delivery, part, name);
      return name;
    } catch (error) {
      if (!isFailure(error, "name_refused", "name_taken")) {
        // The path was free and is reserved: a file there is ours, even if the answer did not reach us.
        throw name.replacedBytes === undefined ? new StepError(error, { publishing: name.path }) : error;
      }
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
    name = await reserveName(delivery, names.plain, again);
    if (isAdopted(name)) break;
  }
  await removePart(delivery, part);
  return name;
}

async function rename(delivery: FileInSession, part: string, { path, replacedBytes }: ReservedName): Promise<void> {
  const { session, record } = delivery;
  await session.rename(part, path, () => record.confirm());
  await verifySize(delivery, path);
  if (replacedBytes === record.file.size_bytes && (await session.size(part)) !== undefined)
    throw new DestinationError({
      kind: "unknown",
      phase: "work",
      message: `${record.destination.title} said that it renamed ${part} to ${path}, and did not`,
      advice: "It is tried again by itself. If it happens each time, look into the log of the destination.",
    });
}
