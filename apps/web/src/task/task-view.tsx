import { store } from "../tasks/store.ts";

/** One task: beside the list, or on a screen of its own. */
export function TaskView({ id }: { id: string }) {
  const task = store.has(id) ? store.task(id)?.value : undefined;
  return <aside class="task">{task?.title}</aside>;
}
