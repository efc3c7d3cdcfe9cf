import { posix } from "node:path";
import { markThere, reserveRemotePath } from "@dwld/queue";
import { DestinationError, type HashAlgorithm, type Session } from "../destination/destination.ts";
import { plainName } from "../names/remote-name.ts";
import { SourceError, SourceFile } from "../source/source-file.ts";
import type { Upload } from "./upload.ts";
import { compareHash, readBack, type Wanted } from "./verify.ts";

/**
 * Where a file will be: a name that is reserved for it and free on the server, or `occupied` by what is to be replaced.
 * `settled`: what is there stands for it, and is recorded. `lost`: the lease is somebody else's, or the task was
 * canceled.
 */
export type Place =
  | { place: "free"; path: string }
  | { place: "occupied"; path: string; sizeBytes: number }
  | { place: "settled" }
  | { place: "lost" };

/** `verified_by` of what was not sent, since its name was taken: see `ftp.conflict`. */
export const leftAsItWas = "left as it was";

/** The same folder for all files of a task, where the server takes none of the name it should have. */
export async function ensureFolder(upload: Upload): Promise<Upload> {
  const { session, rules, lease, pathOf } = upload;
  const folder = posix.dirname(pathOf(1));
  try {
    await session.ensureFolder(folder);
    return upload;
  } catch (error) {
    const refused = error instanceof DestinationError && error.kind === "permission";
    const plain = posix.join(rules.directory, lease.task.id);
    // Where that one is refused, too, it is not the name.
    if (!refused || !(await isTaken(session, plain))) throw error;
    return { ...upload, pathOf: (copy) => posix.join(plain, posix.basename(pathOf(copy))) };
  }
}

async function isTaken(session: Session, folder: string): Promise<boolean> {
  try {
    await session.ensureFolder(folder);
    return true;
  } catch (error) {
    if (error instanceof DestinationError && error.kind === "permission") return false;
    throw error;
  }
}

/** So many names with ` (n)` are tried before the task's id becomes the name. */
export const mostCopies = 99;

/**
 * Finds and reserves a name. One that is taken on the server with the same bytes stands for the file, also where an
 * earlier run renamed and did not live to record it; with other bytes, `ftp.conflict` decides.
 *
 * @param names to be tried, in their order.
 * @param partFor where it will be begun, or was, for a name.
 */
export async function placeFile(
  upload: Upload,
  names: Iterable<string>,
  partFor: (path: string) => string,
): Promise<Place> {
  for (const path of names) {
    const place = await tryPlace(upload, path, partFor(path));
    if (place !== "taken") return place;
  }
  const { destination, file } = upload;
  throw new DestinationError({
    kind: "unknown",
    stage: "work",
    message: `Every name that ${file.name} could have on ${destination.name} is taken, or another task is about to take it`,
    advice: "It is tried again by itself. If that goes on, move some of those files away.",
  });
}

/** The name it has already, and those that it may have. */
export function* placesOf(upload: Upload): Generator<string> {
  const { file, destination, rules } = upload;
  if (file.remote_path !== null && file.destination === destination.name) yield file.remote_path;
  const copies = rules.conflict === "rename" ? mostCopies : 1;
  for (let copy = rules.conflict === "rename" ? upload.firstCopy : 1; copy <= copies; copy += 1)
    yield upload.pathOf(copy);
  if (rules.conflict === "rename") yield* plainPlaces(upload, posix.dirname(upload.pathOf(1)));
}

/** For where a name is refused. */
export function plainPlaces({ file, lease }: Upload, folder: string): string[] {
  const names = [plainName(file.name, lease.task.id), plainName(file.name, `${lease.task.id}-${file.seq}`)];
  return names.map((name) => posix.join(folder, name));
}

async function tryPlace(upload: Upload, path: string, part: string): Promise<Place | "taken"> {
  const { session, rules, file } = upload;
  const sizeBytes = await session.size(path);
  if (sizeBytes === undefined) return await reserve(upload, { place: "free", path }, part);
  const same = sizeBytes === file.size_bytes ? await compare(upload, path) : undefined;
  if (same !== undefined) return await settle(upload, path, same);
  switch (rules.conflict) {
    case "rename":
      return "taken";
    case "overwrite":
      return await reserve(upload, { place: "occupied", path, sizeBytes }, part);
    case "skip":
      return await settle(upload, path, leftAsItWas);
  }
}

async function reserve(
  { database, lease, file, destination }: Upload,
  place: Extract<Place, { path: string }>,
  part: string,
): Promise<Place | "taken"> {
  const name = { destination: destination.name, path: place.path };
  const reserved = await reserveRemotePath(database, lease, file, name, part);
  return reserved === "reserved" ? place : reserved === "lost" ? { place: "lost" } : "taken";
}

async function settle(upload: Upload, path: string, verifiedBy: string): Promise<Place | "taken"> {
  const { database, lease, file, destination } = upload;
  const name = { destination: destination.name, path };
  const settled = await markThere(database, lease, file, name, verifiedBy, upload.now());
  return settled === "delivered" ? { place: "settled" } : settled === "lost" ? { place: "lost" } : "taken";
}

/** How it was seen that what has a name and the right size has the same bytes; undefined where it has others. */
async function compare(upload: Upload, path: string): Promise<string | undefined> {
  const { session, file, onProgress } = upload;
  const wanted: Wanted = {
    sizeBytes: file.size_bytes,
    sha256: file.sha256,
    digest: (algorithm) => digestOf(upload, algorithm),
  };
  const { same, by } =
    (await compareHash(session, path, wanted)) ??
    (await readBack(session, path, wanted, (bytes) => {
      onProgress(bytes, "verify");
    }));
  if (!same) return undefined;
  // An earlier run of this task put it there.
  return path === file.remote_path ? by : `${by}, it was there already`;
}

/** Of the source, which may be gone when all is there. */
async function digestOf({ file, signal }: Upload, algorithm: HashAlgorithm): Promise<string | undefined> {
  if (algorithm === "sha256") return file.sha256;
  try {
    const path = file.local_path ?? file.name;
    await using source = await SourceFile.open({ path, sizeBytes: file.size_bytes, sha256: file.sha256 }, algorithm);
    await source.skip(file.size_bytes, signal);
    source.verify();
    return source.digest(algorithm);
  } catch (error) {
    if (error instanceof SourceError) return undefined;
    throw error;
  }
}
