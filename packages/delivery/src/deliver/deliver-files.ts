import type { Database, FileRow, Texts, Work } from "@dwld/queue";
import { isFailure } from "../destination/destination-error.ts";
import type { Destination } from "../destination/destination.ts";
import { chooseCopyNumber } from "../names/copy-number.ts";
import { deliveryOrder } from "../names/delivery-order.ts";
import { filePaths } from "../names/file-paths.ts";
import { deliverFile } from "./deliver-file.ts";
import type { DeliveryRules } from "./delivery-rules.ts";
import { FileRecord } from "./file-record.ts";
import type { EarlyName } from "./reserve-at-claim.ts";
import type { RunCopies } from "./run-copies.ts";

export type FilesDelivery = {
  readonly database: Database;
  readonly destination: Destination;
  readonly rules: DeliveryRules;
  /** See `ResumeStep`. */
  readonly stalledAt: Map<number, number>;
  /** Called when there is a session. */
  readonly onContact: () => void;
  /** @param doneBytes of all files so far. */
  readonly onProgress: (doneBytes: number, step: string) => void;
  readonly copies: RunCopies;
  /** The name of the only file, if the claim reserved it. */
  readonly reserved?: EarlyName | undefined;
  /** See `FileRecord`. */
  readonly onReplaced: (files: readonly FileRow[]) => Promise<void>;
  /** See `PublishStep`. */
  readonly onPublishing: (path: string | undefined) => void;
  /** See `confirmLease`. */
  readonly confirm: () => Promise<boolean>;
  readonly now: () => number;
};

/** Delivers the files of a task in one session, the video last. Returns remarks for a person. */
export async function deliverFiles(
  { lease, signal }: Work,
  files: readonly FileRow[],
  delivery: FilesDelivery,
): Promise<Texts[]> {
  const { database, destination, rules, stalledAt, copies, onPublishing, onReplaced, confirm, now } = delivery;
  const remarks: Texts[] = [];
  const seen = new Map<string, number | undefined>();
  let session = await destination.connect(signal);
  try {
    delivery.onContact();
    const pathsOf = (copy: number) => filePaths(rules, lease.task, files, copy);
    const look = async (path: string) => {
      const sizeBytes = await session.size(path);
      seen.set(path, sizeBytes);
      return sizeBytes;
    };
    const firstCopy = rules.conflict === "rename" ? await chooseCopyNumber(destination.name, files, look, pathsOf) : 1;
    let doneBytes = 0;
    for (const file of deliveryOrder(files)) {
      const index = files.indexOf(file);
      const before = doneBytes;
      const given = {
        ...{ rules, signal, stalledAt, seen, reserved: delivery.reserved, onPublishing },
        record: new FileRecord(file, { database, lease, destination, copies, onReplaced, confirm, now }),
        paths: {
          ofCopy: (copy: number) => pathsOf(copy)[index] ?? file.name,
          firstCopy,
          number: index + 1,
          file,
          taskId: lease.task.id,
        },
        onProgress: (bytes: number, step: string) => {
          delivery.onProgress(before + bytes, `${step} ${file.name}`);
        },
      };
      let remark: Texts | undefined;
      try {
        remark = await deliverFile({ ...given, session });
      } catch (error) {
        if (!isFailure(error, "cannot_resume")) throw error;
        // The session is broken, and known to be one that does not resume: the file is sent from its beginning.
        session.release();
        session = await destination.connect(signal);
        remark = await deliverFile({ ...given, session });
      }
      doneBytes += file.size_bytes;
      if (remark !== undefined) remarks.push(remark);
    }
    return remarks;
  } finally {
    session.release();
  }
}
