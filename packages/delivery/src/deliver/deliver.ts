import type { FileRow, Work } from "@dwld/queue";
import { chooseCopy } from "../names/choose-copy.ts";
import { deliveryOrder } from "../names/delivery-order.ts";
import { DestinationError, type Session } from "../destination/destination.ts";
import { remotePaths } from "../names/remote-path.ts";
import type { DeliveryContext } from "../delivery-context.ts";
import type { Upload } from "./upload.ts";
import { uploadFile, type Uploaded } from "./publish.ts";
import type { Report } from "../delivery-progress.ts";

/** What a run has to know of itself when it ends early. */
export type Run = {
  work: Work;
  files: readonly FileRow[];
  /** Paths on the server that hold no delivered copy. */
  created: Set<string>;
  /** Files whose sources are gone, which is not recorded yet. */
  deleted: FileRow[];
};

/** Uploads all files of a task in one session, which is given back at the end. */
export async function uploadTask(context: DeliveryContext, run: Run, report: Report["progress"]): Promise<Uploaded> {
  const { destination, watch } = context;
  const { signal } = run.work;
  let session = await destination.connect(signal);
  try {
    watch.contacted();
    const uploads = await planUploads(context, run, session, report);
    for (const upload of uploads) {
      const uploaded = await uploadFile({ ...upload, session }).catch(async (error: unknown) => {
        if (!(error instanceof DestinationError) || error.kind !== "cannot_resume") throw error;
        // From its beginning, then; the session is remembered as one that does not, and is broken.
        session.release();
        session = await destination.connect(signal);
        return await uploadFile({ ...upload, session });
      });
      if (uploaded === "lost") return "lost";
    }
    return "delivered";
  } finally {
    session.release();
  }
}

async function planUploads(
  { database, destination, rules, stalledAt, now }: DeliveryContext,
  { work, files, created, deleted }: Run,
  session: Session,
  report: Report["progress"],
): Promise<Omit<Upload, "session">[]> {
  const { lease, signal } = work;
  const pathsOf = (copy: number) => remotePaths(rules, lease.task, files, copy);
  const firstCopy = rules.conflict === "rename" ? await chooseCopy(session, destination.name, files, pathsOf) : 1;
  let doneBytes = 0;
  return deliveryOrder(files).map((file) => {
    const index = files.indexOf(file);
    const before = doneBytes;
    doneBytes += file.size_bytes;
    return {
      ...{ database, lease, destination, rules, file, firstCopy, stalledAt, signal, now, created, deleted },
      number: index + 1,
      pathOf: (copy) => pathsOf(copy)[index] ?? file.name,
      onProgress: (bytes, step) => {
        report(before + bytes, `${step} ${file.name}`);
      },
    };
  });
}
