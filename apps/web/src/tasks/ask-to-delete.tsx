import { signal } from "@preact/signals";
import { onDemand } from "../connection/on-demand.tsx";
import type { Chosen } from "./change-tasks.ts";
import { deleting } from "./change.ts";
import { store } from "./store.ts";
import { hasFilesHere, totalBytes } from "./task-facts.ts";

export type Question = {
  readonly chosen: Chosen;
  readonly count: number;
  /** The files that are known to be on the machine; undefined: nobody looked. */
  readonly bytesHere: number | undefined;
  readonly after: () => void;
};

const question = signal<Question | undefined>(undefined);

/** Deletes at once what can be taken back; asks where files could be lost, or where many are meant that nobody sees. */
export function askToDelete(chosen: Chosen, count: number, after: () => void = () => {}): void {
  if ("ids" in chosen) {
    const here = chosen.ids.flatMap((id) => store.task(id)?.peek() ?? []).filter((task) => hasFilesHere(task));
    if (here.length === 0) {
      const { ids } = chosen;
      deleting(({ deleteTasks }) => {
        deleteTasks(ids);
        after();
      });
      return;
    }
    question.value = { chosen, count, bytesHere: here.reduce((sum, task) => sum + totalBytes(task), 0), after };
  } else question.value = { chosen, count, bytesHere: undefined, after };
}

const Asked = onDemand(async () => (await import("./delete-dialog.tsx")).AskedDialog);

/** Shows the question, if one is asked; stands once on the page. */
export function DeleteDialog() {
  const asked = question.value;
  const close = (): void => {
    question.value = undefined;
  };
  return asked === undefined ? null : <Asked question={asked} close={close} />;
}
