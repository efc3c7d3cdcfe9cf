import type { MessageInitShape } from "@bufbuild/protobuf";
import { type AddTaskRequestSchema, type Task, TaskState } from "@dwld/rpc";
import type { Dwld } from "@dwld/testbed";

/** Returns the ms from the first request until the last task is DONE, as the stream of a bot tells it. */
export async function msUntilDone(
  { client }: Dwld,
  requests: readonly MessageInitShape<typeof AddTaskRequestSchema>[],
): Promise<number> {
  const watching = new AbortController();
  const opened = Promise.withResolvers<void>();
  const done = new Set<string>();
  const ids = Promise.withResolvers<string[]>();

  async function watch(): Promise<void> {
    for await (const { event } of client.watchTasks({}, { signal: watching.signal })) {
      if (event.case === "snapshot") opened.resolve();
      if (event.case !== "changed") continue;
      if (isDone(event.value)) done.add(event.value.id);
      // The answer to the last request may come after the event that its task is done.
      if (done.size >= requests.length && (await ids.promise).every((id) => done.has(id))) return;
    }
  }

  const watched = watch();
  try {
    await Promise.race([opened.promise, watched]);
    const startMs = performance.now();
    const answers = Promise.all(requests.map((request) => client.addTask(request)));
    answers.then((all) => ids.resolve(all.map(({ task }) => task?.id ?? "")), ids.reject);
    await Promise.all([watched, answers]);
    return performance.now() - startMs;
  } finally {
    watching.abort();
  }
}

/** @throws Error if the task failed or was canceled. */
function isDone({ state, link, failure }: Task): boolean {
  if (state === TaskState.FAILED || state === TaskState.CANCELED)
    throw new Error(`${link} did not arrive: ${failure?.message ?? "it was canceled"}`);
  return state === TaskState.DONE;
}
