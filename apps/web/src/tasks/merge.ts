import type { Task } from "@dwld/rpc";
import { timestampMs } from "@bufbuild/protobuf/wkt";

/**
 * Returns a task as it is now, of what was known and what was told. The stream tells states in their order; an answer to a
 * call may be older than what the stream told while it was under way.
 *
 * Attempts come with GetTask and, without the end of stderr, with a changed task; ListTasks and snapshots have none. So they
 * are kept until they are told anew.
 */
export function merge(known: Task, told: Task, source: "stream" | "answer"): Task {
  if (source === "answer" && updatedMs(told) < updatedMs(known)) return known;
  if (known.attempts.length === 0) return told;
  if (told.attempts.length === 0) {
    const files = told.files.length === 0 && told.state === known.state ? known.files : told.files;
    return { ...told, attempts: known.attempts, files };
  }
  const endOf = new Map(known.attempts.map(({ id, stderrTail }) => [id, stderrTail]));
  const attempts = told.attempts.map((attempt) =>
    attempt.stderrTail === "" ? { ...attempt, stderrTail: endOf.get(attempt.id) ?? "" } : attempt,
  );
  return { ...told, attempts };
}

function updatedMs({ updateTime }: Task): number {
  return updateTime === undefined ? 0 : timestampMs(updateTime);
}
