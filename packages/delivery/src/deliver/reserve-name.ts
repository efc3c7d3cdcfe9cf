import { DestinationError } from "../destination/destination-error.ts";
import { compareSource } from "./compare-source.ts";
import type { FileDelivery } from "./file-delivery.ts";
import type { WantedNames } from "./file-names.ts";
import type { FileRecord } from "./file-record.ts";

/** A path that is reserved for a file. */
export type ReservedName = {
  readonly path: string;
  /** The bytes of another file that has the path and is to be replaced. Absent: the path is free. */
  readonly replacedBytes?: number;
};

/** A path whose file is on record as the delivered copy: nothing has to be sent. */
export type Adopted = { readonly path: string; readonly verifiedBy: string };

export type NameSearch = Pick<WantedNames, "seen"> & {
  /** False: a path is reserved without a look if the table knows of no file there. `publish` looks in any case. */
  readonly looksFirst: boolean;
  /** Returns the temporary path for a file with this path. */
  readonly partFor: (path: string) => string;
};

/** `verified_by` of a file that was not sent, since another has its name: see `ftp.conflict`. */
export const leftAsItWas = "left as it was";

export function isAdopted(name: ReservedName | Adopted): name is Adopted {
  return "verifiedBy" in name;
}

/**
 * Reserves the first path that a file may have. A file there with the same bytes is adopted, for one that which an
 * earlier run renamed and did not live to record; if it has other bytes, `conflict` decides.
 *
 * @param paths in order of preference.
 * @throws DestinationError if all of them are taken; LeaseLostError.
 */
export async function reserveName(
  delivery: FileDelivery,
  paths: Iterable<string>,
  search: NameSearch,
): Promise<ReservedName | Adopted> {
  for (const path of paths) {
    const name = await tryName(delivery, path, search);
    if (name !== "taken") return name;
  }
  const { file, destination } = delivery.record;
  throw new DestinationError({
    kind: "unknown",
    phase: "work",
    message: `Every name that ${file.name} could have on ${destination.title} is taken, or another task is about to take it`,
    advice: "It is tried again by itself. If that goes on, move some of those files away.",
  });
}

async function tryName(
  delivery: FileDelivery,
  path: string,
  { partFor, seen, looksFirst }: NameSearch,
): Promise<ReservedName | Adopted | "taken"> {
  const { session, record, rules } = delivery;
  const part = partFor(path);
  // An earlier run may have renamed its copy to a path that was reserved for it.
  if (!looksFirst && !seen.has(path) && path !== record.reservedPath) {
    const answer = await record.reserve(path, part, { isSeen: false });
    if (answer !== "known") return answer === "reserved" ? { path } : "taken";
  }
  const sizeBytes = seen.has(path) ? seen.get(path) : await session.size(path);
  const isReserved = async () => (await record.reserve(path, part, { isSeen: true })) === "reserved";
  if (sizeBytes === undefined) return (await isReserved()) ? { path } : "taken";
  const isComparable = mayAdopt(path, record) && sizeBytes === record.file.size_bytes;
  const same = isComparable ? await compareSource(delivery, path) : undefined;
  if (same !== undefined)
    return await adopt(record, path, path === record.reservedPath ? same : `${same}, it was there already`);
  switch (rules.conflict) {
    case "rename":
      return "taken";
    case "overwrite":
      return (await isReserved()) ? { path, replacedBytes: sizeBytes } : "taken";
    case "skip":
      return await adopt(record, path, leftAsItWas);
  }
}

/** A copy on this host's disk belongs to one task: only the file's own is adopted. */
function mayAdopt(path: string, { destination, reservedPath }: FileRecord): boolean {
  return destination.localPath === undefined || path === reservedPath;
}

async function adopt(record: FileRecord, path: string, verifiedBy: string): Promise<Adopted | "taken"> {
  return (await record.adopt(path, verifiedBy)) ? { path, verifiedBy } : "taken";
}
