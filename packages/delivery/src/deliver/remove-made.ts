import { type FileRow, filesOf, forgetPart, isLocalCopy, type Lease, partsOf } from "@dwld/queue";
import { isRefusedRemoval } from "../destination/destination-error.ts";
import type { DeliveryContext } from "./file-record.ts";

type RemovalContext = Pick<DeliveryContext, "database" | "destination" | "logger">;

/** Milliseconds after which the removal of what a run has made is given up; the rest is removed later. */
const discardTimeoutMs = 15_000;

/**
 * Removes files that a run has made, or may have made, under these names of its task. They stay if the table does not say
 * in time whose the task is: that is no reason to lose how the run ended.
 */
export async function removeNamed(
  context: RemovalContext & Pick<DeliveryContext, "confirm">,
  lease: Lease,
  paths: readonly string[],
): Promise<void> {
  if (paths.length === 0) return;
  const inTime = AbortSignal.timeout(discardTimeoutMs);
  // Another owner of the task may have given one of these names to its own copy by now.
  const isOurs = await context.confirm(lease, inTime).catch((error: unknown) => {
    context.logger.warn({ task_id: lease.task.id, paths, err: error }, "files of a delivery that ended stay");
    return false;
  });
  if (isOurs) await remove(context, lease, paths);
}

/** Removes the parts of a task, and with `localCopies` what was delivered to a folder of this host. */
export async function removeParts(
  context: RemovalContext,
  lease: Lease,
  { localCopies = false }: { localCopies?: boolean } = {},
): Promise<void> {
  const { database, destination } = context;
  const isOurs = (file: FileRow) => isLocalCopy(file) && file.destination === destination.name;
  const paths: string[] = [];
  for (const file of await filesOf(database, [lease.task.seq])) {
    paths.push(...(await partsOf(database, file, destination.name)));
    if (localCopies && isOurs(file) && file.remote_path !== null) paths.push(file.remote_path);
  }
  await remove(context, lease, paths);
}

/**
 * Removes files in a session of its own, since that of the run was closed to end a transfer. One that cannot be removed
 * keeps no other: not all of them are on record, and nobody would look for the rest.
 */
async function remove(
  { database, destination, logger }: RemovalContext,
  lease: Lease,
  paths: readonly string[],
): Promise<void> {
  if (paths.length === 0) return;
  const tell = (left: readonly string[], error: unknown) => {
    logger.warn({ task_id: lease.task.id, paths: left, err: error }, "a part of an upload is removed later");
  };
  try {
    const session = await destination.connect(AbortSignal.timeout(discardTimeoutMs));
    try {
      for (const path of paths)
        try {
          await session.remove(path);
          await forgetPart(database, { destination: destination.name, path });
        } catch (error) {
          if (!isRefusedRemoval(error)) throw error;
          tell([path], error);
        }
    } finally {
      session.release();
    }
  } catch (error) {
    tell(paths, error);
  }
}
