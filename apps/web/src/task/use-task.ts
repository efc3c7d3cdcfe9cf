import { useComputed, useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { Code, ConnectError } from "@connectrpc/connect";
import type { Task } from "@dwld/rpc";
import { failureText } from "../connection/failure-text.ts";
import { downloads } from "../connection/transport.ts";
import { link } from "../connection/watch.ts";
import { isDeleted } from "../tasks/pending-deletions.ts";
import { merge } from "../tasks/merge.ts";
import { store } from "../tasks/store.ts";

type Seen = {
  readonly task: Task | undefined;
  /** There is no such task. */
  readonly isGone: boolean;
  /** Why its tries and files could not be asked for; empty: they were. */
  readonly fault: string;
};

/** Returns a task with its tries and files, which are asked for anew when it changes in more than its progress. */
export function useTask(id: string): Seen {
  const asked = useSignal<Task | undefined>(undefined);
  const isGone = useSignal(false);
  const fault = useSignal("");
  const live = store.has(id) ? store.task(id)?.value : undefined;
  const isHeard = useComputed(() => link.value.state === "live").value;
  const version = live?.updateTime === undefined ? "" : `${live.updateTime.seconds}.${live.updateTime.nanos}`;
  useEffect(() => {
    const closing = new AbortController();
    downloads.getTask({ id }, { signal: closing.signal }).then(
      ({ task }) => {
        asked.value = task;
        isGone.value = false;
        fault.value = "";
      },
      (error: unknown) => {
        if (closing.signal.aborted) return;
        if ([Code.NotFound, Code.InvalidArgument].includes(ConnectError.from(error).code)) isGone.value = true;
        else fault.value = failureText(error);
      },
    );
    return () => closing.abort();
  }, [id, version, isHeard, live === undefined]);
  const known = asked.value?.id === id ? asked.value : undefined;
  return {
    task: known !== undefined && live !== undefined ? merge(known, live, "stream") : (live ?? known),
    isGone: isGone.value || isDeleted(id),
    fault: fault.value,
  };
}
