import { isInScope, rowMatcher, type TaskFilter, type TaskRow } from "@dwld/queue";

/** Tasks of one watcher that are remembered, to send that they left its filter. */
const maxRemembered = 10_000;

/** Decides which changes one watcher gets. */
export class FilteredView {
  readonly #filter: TaskFilter;
  /** The `seq` of tasks that were sent while their state was in the filter; empty if the filter has all states. */
  readonly #sent = new Set<number>();

  constructor(filter: TaskFilter) {
    this.#filter = filter;
  }

  /** Remembers a task that was sent in a snapshot. */
  remember({ seq }: TaskRow): void {
    if (this.#filter.states.length === 0) return;
    this.#sent.delete(seq);
    this.#sent.add(seq);
    if (this.#sent.size <= maxRemembered) return;
    const [oldest] = this.#sent;
    if (oldest !== undefined) this.#sent.delete(oldest);
  }

  /**
   * Returns whether a changed task is sent. A task whose state leaves the filter is sent once more, or the client would
   * show its old state for ever.
   *
   * @param catchingUp true if the change is older than the watcher. Its knowledge of the task is unknown, so a state
   * outside the filter is sent, too.
   */
  includes(task: TaskRow, catchingUp: boolean): boolean {
    if (!matchesExceptState(this.#filter, task)) return false;
    const { states } = this.#filter;
    if (states.length === 0) return true;
    if (states.includes(task.state)) {
      this.remember(task);
      return true;
    }
    return this.#sent.delete(task.seq) || catchingUp;
  }

  /** Returns whether progress, or another reason to wait, of a task is sent: if it is in the filter now. */
  includesUpdate(task: TaskRow): boolean {
    const { states } = this.#filter;
    return (states.length === 0 || states.includes(task.state)) && matchesExceptState(this.#filter, task);
  }
}

/** Compares one row as the task table does. */
function matchesExceptState(filter: TaskFilter, task: TaskRow): boolean {
  const { scope, chatId, parentId } = filter;
  if (!isInScope(scope, task.chat_id)) return false;
  if (chatId !== undefined && task.chat_id !== chatId) return false;
  if (parentId !== undefined && task.parent_id !== parentId) return false;
  return rowMatcher(filter)(task);
}
