import { randomBytes } from "node:crypto";
import { posix } from "node:path";
import { Readable } from "node:stream";
import { DestinationError } from "./destination-error.ts";
import type { Destination, Session } from "./destination.ts";

/**
 * One name for each process: the next probe overwrites one that could not be removed, and no other process removes or
 * empties it, which would look like a lack of space.
 */
const probeName = `.dwld-probe.${randomBytes(4).toString("hex")}.part`;
const probeBytes = Buffer.from("dwld looks whether it can write here\n");

/**
 * Writes a few bytes into a folder at the destination, compares their number and removes them.
 *
 * @throws DestinationError
 */
export async function probeFolder(
  { title }: Pick<Destination, "title">,
  session: Session,
  folder: string,
): Promise<void> {
  const path = posix.join(folder, probeName);
  await session.ensureFolder(folder);
  await session.put(path, Readable.from([probeBytes]));
  const sizeBytes = await session.size(path);
  await session.remove(path);
  if (sizeBytes === probeBytes.length) return;
  throw new DestinationError({
    kind: "no_space",
    phase: "work",
    message: `${title} has ${sizeBytes ?? "no"} bytes of ${path} where ${probeBytes.length} were sent`,
    advice: "Check the space and the quota there. It is tried again by itself.",
  });
}
