import { rowMatcher, type TaskFilter, type TaskRow } from "@dwld/queue";

/** So many tasks of one watcher are remembered for the message that they left its filter. */
const maxRemembered = 10_000;

/** Which changes one watcher is told of. */
export class FilteredView {
  readonly #filter: TaskFilter;
  /** The `seq` of tasks that were told while their state was in the filter; empty where every state is. */
  readonly #told = new Set<number>();

  constructor(filter: TaskFilter) {
    this.#filter = filter;
  }

  /** It was told, in a snapshot. */
  remember({ seq }: TaskRow): void {
    if (this.#filter.states.length === 0) return;
    this.#told.delete(seq);
    this.#told.add(seq);
    if (this.#told.size <= maxRemembered) return;
    const [oldest] = this.#told;
    if (oldest !== undefined) this.#told.delete(oldest);
  }

  /**
   * A task whose state leaves the filter is told this once more: else a client would show it for ever as it was.
   *
   * @param catchingUp the change is from before this watcher came: what it knows of the task is not known here, so a
   * state outside the filter is told as well.
   */
  includes(task: TaskRow, catchingUp: boolean): boolean {
    if (!matchesExceptState(this.#filter, task)) return false;
    const { states } = this.#filter;
    if (states.length === 0) return true;
    if (states.includes(task.state)) {
      this.remember(task);
      return true;
    }
    return this.#told.delete(task.seq) || catchingUp;
  }

  /** Progress, and another reason to wait, are told of tasks that are in the filter now. */
  includesUpdate(task: TaskRow): boolean {
    const { states } = this.#filter;
    return (states.length === 0 || states.includes(task.state)) && matchesExceptState(this.#filter, task);
  }
}

/** As the task table itself compares, for one row. */
function matchesExceptState(filter: TaskFilter, task: TaskRow): boolean {
  const { chatId, parentId, idPrefix } = filter;
  if (chatId !== undefined && task.chat_id !== chatId) return false;
  if (parentId !== undefined && task.parent_id !== parentId) return false;
  if (idPrefix !== undefined && !task.id.startsWith(idPrefix)) return false;
  return rowMatcher(filter)(task);
}
