import { posix } from "node:path";
import { type Database, type FileRow, type Lease, markDelivered, reserveRemotePath } from "@dwld/queue";
import { type Destination, DestinationError, type Session } from "./destination.ts";
import { plainName, remoteName, temporaryName } from "./remote-name.ts";
import { removeSource, SourceFile } from "./source-file.ts";

export type Upload = {
  database: Database;
  lease: Lease;
  destination: Destination;
  session: Session;
  file: FileRow;
  /** Which of the task's files it is; the same in each attempt. */
  number: number;
  /** On the server. */
  folder: string;
  now: () => number;
  /** Bytes of this file. */
  onProgress: (sentBytes: number) => void;
  /** What this run has made on the server and is no delivered copy; kept up to date. */
  created: Set<string>;
  /** Files whose sources are gone; the caller records it together with the task's end, in one commit. */
  deleted: FileRow[];
};

/** `lost`: the lease is somebody else's, or the task was canceled; nothing was changed since. */
export type Uploaded = "delivered" | "lost";

/** A path on the server that is this file's. */
type Placed = { path: string };

/** So many names with ` (n)` are tried before the task's id becomes the name. */
const mostCopies = 99;

/**
 * Delivers one file: temporary name, transfer, compare, rename, compare, and only then is the source deleted. It can be
 * repeated from wherever an earlier run ended.
 *
 * @throws DestinationError, SourceError, or the reason of the session's signal.
 */
export async function uploadFile(upload: Upload): Promise<Uploaded> {
  const { file } = upload;
  if (file.delivered_at !== null) return await deleteSource(upload);
  const placed = (await findArrived(upload)) ?? (await transfer(upload));
  return placed === "lost" ? "lost" : await settleFile(upload, placed.path);
}

/** A run that ended between the rename and its record: the reserved name has all bytes and nothing is left to rename. */
async function findArrived(upload: Upload): Promise<Placed | undefined> {
  const { file, session, destination } = upload;
  const path = file.remote_path;
  if (path === null || file.destination !== destination.name) return undefined;
  if ((await session.size(path)) !== file.size_bytes) return undefined;
  const temporary = temporaryPath(upload, posix.dirname(path));
  return (await session.size(temporary)) === undefined ? { path } : undefined;
}

/** From the reservation of a name to the comparison of what has it. */
async function transfer(upload: Upload): Promise<Placed | "lost"> {
  const { session, file, folder, created } = upload;
  const source = await SourceFile.open({
    path: file.local_path ?? file.name,
    sizeBytes: file.size_bytes,
    sha256: file.sha256,
  });
  try {
    await session.ensureFolder(folder);
    const name = await reserveName(upload, candidates(upload));
    if (name === "lost") return "lost";
    const temporary = temporaryPath(upload, folder);
    created.add(temporary);
    await session.put(temporary, source.stream(upload.onProgress)).catch((error: unknown) => {
      throw source.problem ?? error;
    });
    source.verify();
    await compareSize(upload, temporary);
    return await giveName(upload, temporary, name.path);
  } finally {
    await source.close();
  }
}

/** The first of some names that is free on the server, reserved for this file. */
async function reserveName(upload: Upload, names: Iterable<string>): Promise<Placed | "lost"> {
  const { database, lease, destination, session, file, folder } = upload;
  for (const name of names) {
    const path = posix.join(folder, name);
    if ((await session.size(path)) !== undefined) continue;
    const reserved = await reserveRemotePath(
      database,
      lease,
      file,
      { destination: destination.name, path },
      temporaryPath(upload, folder),
    );
    if (reserved === "lost") return "lost";
    if (reserved === "reserved") return { path };
  }
  throw new DestinationError({
    kind: "name_refused",
    stage: "work",
    message: `${destination.name} has a file under every name that ${file.name} could have in ${folder}`,
    advice: "Move some of them away. It is tried again by itself.",
  });
}

function* candidates({ file, lease }: Upload): Generator<string> {
  for (let copy = 1; copy <= mostCopies; copy += 1) yield remoteName(file.name, lease.task.id, copy);
  yield* plainCandidates({ file, lease });
}

function plainCandidates({ file, lease }: Pick<Upload, "file" | "lease">): string[] {
  return [plainName(file.name, lease.task.id), plainName(file.name, `${lease.task.id}-${file.seq}`)];
}

/** Renames, to another name where the first is taken meanwhile or refused. */
async function giveName(upload: Upload, temporary: string, reserved: string): Promise<Placed | "lost"> {
  const { session, created } = upload;
  let path = reserved;
  let plain = false;
  for (;;) {
    // A rename may overwrite: what came there meanwhile is somebody else's.
    if ((await session.size(path)) !== undefined) {
      const next = await reserveName(upload, plain ? plainCandidates(upload) : candidates(upload));
      if (next === "lost") return "lost";
      path = next.path;
    }
    try {
      // It was free and is reserved: what is there from now on is ours, even where the answer does not reach us.
      created.add(path);
      await session.rename(temporary, path);
      break;
    } catch (error) {
      if (plain || !(error instanceof DestinationError) || error.kind !== "name_refused") throw error;
      created.delete(path);
    }
    plain = true;
    const next = await reserveName(upload, plainCandidates(upload));
    if (next === "lost") return "lost";
    path = next.path;
  }
  created.delete(temporary);
  await compareSize(upload, path);
  return { path };
}

/** @throws DestinationError where the server has another number of bytes, after removing them. */
async function compareSize(upload: Upload, path: string): Promise<void> {
  const { session, file, destination, created } = upload;
  const sizeBytes = await session.size(path);
  if (sizeBytes === file.size_bytes) return;
  await session.remove(path);
  created.delete(path);
  throw new DestinationError({
    kind: "unknown",
    stage: "work",
    message: `${destination.name} has ${sizeBytes ?? "no"} bytes of ${path} where ${file.size_bytes} were sent`,
    advice:
      "The copy was removed, and the file is sent again. If it happens each time, check the server's disk and quota.",
  });
}

async function settleFile(upload: Upload, path: string): Promise<Uploaded> {
  const { database, lease, file, created, destination } = upload;
  const part = { destination: destination.name, path: temporaryPath(upload, posix.dirname(path)) };
  if (!(await markDelivered(database, lease, file, { verifiedBy: "size", part }, upload.now()))) return "lost";
  created.delete(path);
  return await deleteSource(upload);
}

/** The server's copy is verified: ours goes. */
async function deleteSource({ file, deleted }: Upload): Promise<Uploaded> {
  if (file.local_path === null) return "delivered";
  await removeSource(file.local_path);
  deleted.push(file);
  return "delivered";
}

function temporaryPath({ lease, number }: Upload, folder: string): string {
  return posix.join(folder, temporaryName(lease.task.id, number));
}
