import { randomBytes } from "node:crypto";
import { posix } from "node:path";
import { markDelivered } from "@dwld/queue";
import { DestinationError } from "../destination/destination.ts";
import { ensureFolder, type Place, placeFile, placesOf, plainPlaces } from "./reserve-name.ts";
import { temporaryName } from "../names/remote-name.ts";
import { compareSize, discard, sendPart } from "./transfer.ts";
import { removeSource } from "../source/source-file.ts";
import type { Upload } from "./upload.ts";

/** `lost`: the lease is somebody else's, or the task was canceled; nothing was changed since. */
export type Uploaded = "delivered" | "lost";

/**
 * Delivers one file: temporary name, transfer, verify, rename, verify, and only then is the source deleted. It can be
 * repeated from wherever an earlier run ended: what is recorded is not done again, what has its final name and the right
 * bytes is recorded, and what was begun is gone on with.
 *
 * @throws DestinationError, SourceError, or the reason of the session's signal.
 */
export async function uploadFile(upload: Upload): Promise<Uploaded> {
  if (upload.file.delivered_at === null && (await bringThere(await ensureFolder(upload))) === "lost") return "lost";
  return await deleteSource(upload);
}

async function bringThere(upload: Upload): Promise<Uploaded> {
  const { lease, number } = upload;
  // Each run's own: see `sendPart`.
  const name = temporaryName(lease.task.id, number, randomBytes(4).toString("hex"));
  const beside = (path: string) => posix.join(posix.dirname(path), name);
  const place = await placeFile(upload, placesOf(upload), beside);
  if (!("path" in place)) return place.place === "lost" ? "lost" : "delivered";
  const part = beside(place.path);
  const verifiedBy = await sendPart(upload, part);
  const named = await giveName(upload, part, place);
  if (!("path" in named)) return named.place === "lost" ? "lost" : "delivered";
  return (await record(upload, { part, path: named.path, verifiedBy })) ? "delivered" : "lost";
}

/**
 * Renames, to another name where the first is taken meanwhile or refused, and looks whether that was done: what has the
 * name has the size, and where something else had it before, nothing has the temporary name. That the bytes are right
 * was seen before; a rename does not change them.
 */
async function giveName(upload: Upload, part: string, reserved: Extract<Place, { path: string }>): Promise<Place> {
  const { session } = upload;
  let place: Place = reserved;
  let plain = false;
  for (;;) {
    place = await lookAgain(upload, part, place);
    if (!("path" in place)) break;
    const { path } = place;
    try {
      await rename(upload, part, place);
      return place;
    } catch (error) {
      if (!(error instanceof DestinationError) || error.kind !== "name_refused") throw error;
      upload.created.delete(path);
      if (place.place === "occupied") {
        // Some do not replace. The new copy is whole and verified; until it has the name it goes on from there.
        await session.remove(path);
        place = { place: "free", path };
        continue;
      }
      if (plain) throw error;
    }
    plain = true;
    place = await placeFile(upload, plainPlaces(upload, posix.dirname(path)), () => part);
    if (!("path" in place)) break;
  }
  // What stands for it was there first.
  if (place.place === "settled") await discard(upload, part);
  return place;
}

/** A rename may overwrite: what came there meanwhile is somebody else's. */
async function lookAgain(upload: Upload, part: string, place: Extract<Place, { path: string }>): Promise<Place> {
  if (place.place === "occupied" || (await upload.session.size(place.path)) === undefined) return place;
  return await placeFile(upload, placesOf(upload), () => part);
}

async function rename(upload: Upload, part: string, place: Extract<Place, { path: string }>): Promise<void> {
  const { session, created, file } = upload;
  const { path } = place;
  // It was free and is reserved: what is there from now on is ours, even where the answer does not reach us.
  if (place.place === "free") created.add(path);
  await session.rename(part, path);
  created.delete(part);
  await compareSize(upload, path);
  if (place.place === "occupied" && place.sizeBytes === file.size_bytes && (await session.size(part)) !== undefined)
    throw new DestinationError({
      kind: "unknown",
      stage: "work",
      message: `${upload.destination.name} said that it renamed ${part} to ${path}, and did not`,
      advice: "It is tried again by itself. If it happens each time, look into the server's own log.",
    });
}

async function record(
  upload: Upload,
  { part, path, verifiedBy }: { part: string; path: string; verifiedBy: string },
): Promise<boolean> {
  const { database, lease, file, destination, created, stalledAt } = upload;
  const name = { destination: destination.name, path: part };
  if (!(await markDelivered(database, lease, file, { verifiedBy, part: name }, upload.now()))) return false;
  created.delete(path);
  stalledAt.delete(file.seq);
  return true;
}

/** The server's copy is verified: ours goes. */
async function deleteSource({ file, deleted }: Upload): Promise<Uploaded> {
  if (file.local_path === null) return "delivered";
  await removeSource(file.local_path);
  deleted.push(file);
  return "delivered";
}
