import { Link } from "../route/link.tsx";
import { sections } from "../tasks/sections.ts";
import { store } from "../tasks/store.ts";
import { listWords } from "../words/list.ts";

/** The tasks, part by part. */
export function TaskList() {
  const words = listWords();
  return (
    <div class="list">
      {sections.map((section) => {
        const ids = store.sections.value[section];
        return ids.length === 0 ? null : (
          <section key={section}>
            <h2>
              {words[section]} <span>{ids.length}</span>
            </h2>
            <ul>
              {ids.map((id) => (
                <TaskRow key={id} id={id} />
              ))}
            </ul>
          </section>
        );
      })}
    </div>
  );
}

function TaskRow({ id }: { id: string }) {
  const task = store.task(id)?.value;
  if (task === undefined) return null;
  return (
    <li>
      <Link to={{ task: id }}>
        <bdi>{task.title === "" ? task.link : task.title}</bdi>
      </Link>
    </li>
  );
}
