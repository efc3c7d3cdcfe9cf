import type { DeliveryRules } from "@dwld/daemon";
import { randomBytes } from "node:crypto";
import { existsSync } from "node:fs";
import { posix } from "node:path";
import { type FileRow, filesOf, type Lease, reserveInTransaction, type Transaction } from "@dwld/queue";
import type { Destination } from "../destination/destination.ts";
import { temporaryName } from "../names/file-name.ts";
import { filePaths } from "../names/file-paths.ts";

/** Facts of a task from the transaction of its claim. */
export type AtClaim = { readonly files: readonly FileRow[]; readonly reserved?: EarlyName };

/** The path of a file that is reserved, and the temporary one that is on record. */
export type EarlyName = { readonly path: string; readonly part: string };

/** The largest file that may be sent in vain: to ask first whether its name is taken takes a round trip. */
const mostBytesInVain = 4 * 1024 * 1024;

/** Whether the destination is asked for a file's name before it is reserved. If not, `publish` looks before the rename. */
export function looksFirst(
  { local_path, size_bytes }: FileRow,
  destination: Destination,
  rules: DeliveryRules,
): boolean {
  return (
    destination.localPath !== undefined ||
    rules.conflict === "skip" ||
    size_bytes > mostBytesInVain ||
    // Only a copy that is there already can be adopted then, as after the restore of an older table.
    !existsSync(local_path ?? "")
  );
}

/**
 * Reserves the name of a task's only file in the transaction of the claim, if the destination is not asked first: a commit
 * less for each small file. If its folder turns out to have another name, the run reserves again.
 */
export async function reserveAtClaim(
  transaction: Transaction,
  lease: Lease,
  { destination, rules, now }: { destination: Destination; rules: DeliveryRules; now: () => number },
): Promise<AtClaim> {
  const files = await filesOf(transaction, [lease.task.seq]);
  const [file, ...others] = files;
  // An earlier run may have begun one that has a name already.
  if (file === undefined || others.length > 0 || file.remote_path !== null) return { files };
  if (looksFirst(file, destination, rules)) return { files };
  const path = pathOf(rules, lease, files);
  if (path === undefined) return { files };
  const part = partPath(path, lease.task.id, 1);
  const wanted = { file, name: { destination: destination.name, path }, part, isSeen: false, copies: [] };
  const isReserved = (await reserveInTransaction(transaction, lease, wanted, now())) === "reserved";
  return isReserved ? { files, reserved: { path, part } } : { files };
}

function pathOf(rules: DeliveryRules, { task }: Lease, files: readonly FileRow[]): string | undefined {
  try {
    return filePaths(rules, task, files, 1)[0];
  } catch {
    // The run meets the same defect, and fails its own task; here, nothing could be claimed any more.
    return undefined;
  }
}

/** Returns a temporary path beside a path. Each run has one of its own: see `takeOverParts`. */
export function partPath(path: string, taskId: string, fileNumber: number): string {
  return posix.join(posix.dirname(path), temporaryName(taskId, fileNumber, randomBytes(4).toString("hex")));
}
