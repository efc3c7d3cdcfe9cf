import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import type { Task } from "@dwld/rpc";
import { today } from "../connection/clock.ts";
import { failureText } from "../connection/failure-text.ts";
import { downloads } from "../connection/transport.ts";
import { Link } from "../route/link.tsx";
import { store } from "../tasks/store.ts";
import { taskName } from "../tasks/task-facts.ts";
import { taskText } from "../tasks/task-text.ts";
import { taskWords } from "../words/task.ts";

const mostShown = 100;

/** The videos of a playlist, each a task of its own. */
export function Entries({ task }: { task: Task }) {
  const entries = useSignal<readonly Task[]>([]);
  const fault = useSignal("");
  useEffect(() => {
    if (task.childCount === 0) return;
    downloads.listTasks({ filter: { parentId: task.id }, pageSize: mostShown }).then(
      ({ tasks }) => (entries.value = tasks.toReversed()),
      (error: unknown) => (fault.value = failureText(error)),
    );
  }, [task.id, task.childCount]);
  if (task.childCount === 0) return null;
  return (
    <section>
      <h3>{taskWords().entries}</h3>
      {fault.value === "" ? null : <p class="soft">{fault.value}</p>}
      <ol class="entries">
        {entries.value.map((entry) => (
          <Entry key={entry.id} listed={entry} />
        ))}
      </ol>
    </section>
  );
}

/** Shows an entry as the stream tells it; else as it was when the list was loaded. */
function Entry({ listed }: { listed: Task }) {
  const task = (store.has(listed.id) ? store.task(listed.id)?.value : undefined) ?? listed;
  const { sentence, figure, tone } = taskText(task, today.value);
  return (
    <li>
      <Link to={{ task: task.id }}>
        <bdi>{taskName(task)}</bdi>
      </Link>
      <p class="soft small">{tone === "done" || tone === "canceled" ? figure : sentence}</p>
    </li>
  );
}

/** The way to the playlist of which a task is a part. */
export function ListLink({ task }: { task: Task }) {
  const words = taskWords();
  return task.parentId === "" ? null : (
    <p class="small">
      {words.partOf}: <Link to={{ task: task.parentId }}>{words.showList}</Link>
    </p>
  );
}
