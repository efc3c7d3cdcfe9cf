import { useEffect, useRef } from "preact/hooks";
import { leave } from "../route/route.ts";
import { focusRow } from "../tasks/row-focus.ts";
import { Button } from "../ui/button.tsx";
import { Icon } from "../ui/icon.tsx";
import { onDemand } from "../connection/on-demand.tsx";
import { taskViewWords } from "../words/task-view.ts";
import "./task.css";
import "./timeline.css";
import "../tasks/thumbnail.css";

const TaskPage = onDemand(async () => (await import("./task-page.tsx")).TaskPage);

/** One task: beside the list, or on a screen of its own. */
export function TaskView({ id }: { id: string }) {
  const pane = useRef<HTMLElement>(null);
  useEffect(() => {
    pane.current?.focus();
    pane.current?.scrollTo(0, 0);
  }, [id]);
  const words = taskViewWords();
  const close = (): void => closeTask(id);
  return (
    <aside class="task" aria-label={words.task} tabIndex={-1} ref={pane}>
      <div class="top-of-task">
        <Button look="plain" onClick={close}>
          <Icon name="back" />
          {words.back}
        </Button>
      </div>
      <TaskPage id={id} close={close} />
    </aside>
  );
}

/** Closes the view, and gives the focus back to the row. */
export function closeTask(id: string): void {
  leave({ task: undefined });
  // On a narrow window, the list is out of sight until the view has gone.
  requestAnimationFrame(() => focusRow(id));
}
