import type { Logger } from "@dwld/daemon";
import { type FileRow, logFacts, type TaskRow } from "@dwld/queue";
import { removeSource } from "../source/source-file.ts";

/** Deletes sources of which a copy is on record. One that cannot be deleted is removed with the task's folder. */
export async function removeSources(logger: Logger, task: TaskRow, files: readonly FileRow[]): Promise<void> {
  for (const { local_path: path } of files)
    try {
      if (path !== null) await removeSource(path);
    } catch (error) {
      logger.error({ ...logFacts(task), err: error }, "a source stays on this disk");
    }
}
