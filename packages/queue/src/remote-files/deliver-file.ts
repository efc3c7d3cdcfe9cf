import { sql } from "kysely";
import type { Lease } from "../leases/claim-task.ts";
import { holds } from "../leases/held-task.ts";
import { type Database, fixed, query, type Transaction } from "../store/database.ts";
import { abandonParts, forgetPartIn, keepPart, type RemoteName } from "./remote-parts.ts";
import type { FileRow } from "../store/schema.ts";

/** The facts of a verified copy. */
type CopyFacts = {
  /** How it was verified, in words: see `File.verified_by` of the contract. */
  verifiedBy: string;
  /** The copy is on the disk of this host, and is the task's only one from now on. */
  localPath?: string;
};

/** A copy that was verified under its reserved name, and is on no record yet. */
export type VerifiedCopy = CopyFacts & {
  file: FileRow;
  /** Its name at the destination, which was reserved. */
  path: string;
  /** The temporary name that became the file's own. */
  part: RemoteName;
};

/** A file on the server that stands for one of ours. */
type StandIn = CopyFacts & { file: FileRow; name: RemoteName };

/** A name for a file, to be reserved. */
export type WantedName = {
  file: FileRow;
  name: RemoteName;
  /** The temporary name under which the file will be sent. */
  part: string;
  /** Whether the server was asked: the name is free there, or its copy will be replaced. */
  isSeen: boolean;
  /** The copies of the task's other files, which are recorded in the same transaction. */
  copies: readonly VerifiedCopy[];
};

export type Reservation = "reserved" | "taken" | "known" | "lost";

const localScheme = "file://";

/** Returns the name of the destination that is a folder of a host. */
export function localDestination(host: string, root: string): string {
  return `${localScheme}${host}${root}`;
}

/** Returns whether the delivered copy is the file's `local_path`, on its host's disk. */
export function isLocalCopy({ destination, delivered_at }: FileRow): boolean {
  return delivered_at !== null && destination?.startsWith(localScheme) === true;
}

function localPathColumn(localPath: string | undefined): Partial<FileRow> {
  return localPath === undefined ? {} : { local_path: localPath };
}

/**
 * Reserves a name for a file before anything is sent, since a rename overwrites on some servers, and records the
 * temporary name under which it will be sent. `taken`: a file that is not delivered yet has the name. `known`: that of
 * a delivered one, so that the server has to be asked first. `lost`: the lease is lost.
 */
export async function reserveRemotePath(
  database: Database,
  lease: Lease,
  wanted: WantedName,
  now: number,
): Promise<Reservation> {
  return await database.write((transaction) => reserveInTransaction(transaction, lease, wanted, now), false);
}

/** The same within a transaction, as that of the claim. */
export async function reserveInTransaction(
  transaction: Transaction,
  lease: Lease,
  { file, name, part, isSeen, copies }: WantedName,
  now: number,
): Promise<Reservation> {
  if (!(await holds(transaction, lease, ["SENDING"]))) return "lost";
  await recordCopies(transaction, lease, copies, now);
  const holder = await holderOf(transaction, name, file);
  if (holder?.delivered_at === null) return "taken";
  if (holder !== undefined && !isSeen) return "known";
  // The copy of that file is gone, or will be replaced.
  if (holder !== undefined) await transaction.run(fixed("UPDATE files SET holds_name = 0 WHERE seq = ?", holder.seq));
  const reserve = "UPDATE files SET destination = ?, remote_path = ?, holds_name = 1 WHERE seq = ? AND task_seq = ?";
  const { destination, path } = name;
  if ((await transaction.run(fixed(reserve, destination, path, file.seq, lease.task.seq))) === 0) return "lost";
  await keepPart(transaction, { destination, path: part }, file.seq);
  return "reserved";
}

/** Records verified copies, if the lease still holds their task: its next write carries them. */
export async function recordCopies(
  transaction: Transaction,
  lease: Lease,
  copies: readonly VerifiedCopy[],
  now: number,
): Promise<void> {
  if (copies.length === 0 || !(await holds(transaction, lease, ["SENDING"]))) return;
  const record = `UPDATE files SET delivered_at = ?, verified_by = ?, local_path = coalesce(?, local_path)
    WHERE seq = ? AND task_seq = ?`;
  for (const { file, part, verifiedBy, localPath } of copies) {
    const values = [now, verifiedBy, localPath ?? null, file.seq, lease.task.seq];
    if ((await transaction.run(fixed(record, ...values))) === 0) continue;
    await forgetPartIn(transaction, part);
    await abandonParts(transaction, file.seq);
  }
}

/**
 * Takes copies off the record that a canceled task's holder has made, so that it can remove them. Returns the paths of
 * those that are still the task's: another may have taken a name over to replace the file.
 */
export async function withdrawCopies(
  database: Database,
  lease: Lease,
  copies: readonly VerifiedCopy[],
): Promise<string[]> {
  const withdrawal = ({ file, path, part: { destination } }: VerifiedCopy) =>
    fixed(
      `UPDATE files SET delivered_at = NULL, verified_by = NULL
        WHERE seq = ? AND task_seq = ? AND destination = ? AND remote_path = ? AND holds_name = 1`,
      ...[file.seq, lease.task.seq, destination, path],
    );
  return await database.write(async (transaction) => {
    if (!(await holds(transaction, lease, ["CANCELED"]))) return [];
    const withdrawn: string[] = [];
    for (const copy of copies) if ((await transaction.run(withdrawal(copy))) > 0) withdrawn.push(copy.path);
    return withdrawn;
  }, false);
}

/**
 * Records that a file on the server stands for this one, which is not sent. `taken`: it is the copy of a file that may
 * still be removed, since it is not delivered yet or its task is in work. `lost`: the lease is lost.
 */
export async function markThere(
  database: Database,
  lease: Lease,
  { file, name, verifiedBy, localPath }: StandIn,
  now: number,
): Promise<"delivered" | "taken" | "lost"> {
  return await database.write(async (transaction) => {
    if (!(await holds(transaction, lease, ["SENDING"]))) return "lost";
    const holder = await holderOf(transaction, name, file);
    if (holder?.delivered_at === null || typeof holder?.owner === "string") return "taken";
    const columns = {
      destination: name.destination,
      remote_path: name.path,
      holds_name: holder === undefined ? 1 : 0,
      delivered_at: now,
      verified_by: verifiedBy,
      ...localPathColumn(localPath),
    };
    if (!(await change(transaction, lease, file, columns))) return "lost";
    await abandonParts(transaction, file.seq);
    return "delivered";
  }, false);
}

/** @throws Error if a file of the task is not delivered. */
export async function refuseUndelivered(transaction: Transaction, { seq, id }: Lease["task"]): Promise<void> {
  const undelivered = "SELECT name FROM files WHERE task_seq = ? AND delivered_at IS NULL";
  const missing = await transaction.get(fixed<{ name: string }>(undelivered, seq));
  if (missing !== undefined) throw new Error(`task ${id} was said to be delivered, and ${missing.name} is not`);
}

/** Counts an attempt to deliver. */
export const countedAttempt = { delivery_attempt_count: sql<number>`delivery_attempt_count + 1` };

/** Returns the other file for which a name is reserved, and who holds its task. */
async function holderOf(transaction: Transaction, { destination, path }: RemoteName, file: FileRow) {
  const holder = `SELECT files.seq, files.delivered_at, tasks.owner
    FROM files CROSS JOIN tasks
    WHERE tasks.seq = files.task_seq AND files.destination = ? AND files.remote_path = ? AND files.holds_name = 1 AND files.seq <> ?`;
  return await transaction.get(
    fixed<{ seq: number; delivered_at: number | null; owner: string | null }>(holder, destination, path, file.seq),
  );
}

/** Returns false if the file does not belong to the lease's task. */
async function change(
  transaction: Transaction,
  lease: Lease,
  file: FileRow,
  columns: Partial<Omit<FileRow, "seq" | "task_seq">>,
): Promise<boolean> {
  return (
    (await transaction.run(
      query.updateTable("files").set(columns).where("seq", "=", file.seq).where("task_seq", "=", lease.task.seq),
    )) > 0
  );
}
