import { identity, mayChange } from "../connection/identity.ts";
import { link } from "../connection/watch.ts";
import { now } from "../connection/clock.ts";
import { AddBox } from "../add/add-box.tsx";
import { HouseLine } from "../house/house-line.tsx";
import { TaskList } from "../list/task-list.tsx";
import { LoginForm } from "../login/login-form.tsx";
import { TaskView } from "../task/task-view.tsx";
import { Link } from "../route/link.tsx";
import { route } from "../route/route.ts";
import { Notice } from "../ui/notice.tsx";
import { Toasts } from "../ui/toasts.tsx";
import { connectionWords } from "../words/connection.ts";
import { timeText } from "../words/formats.ts";

const home = { task: undefined, show: undefined, q: undefined, page: undefined };

/** The whole page: what is to be seen, by the address and by who looks. */
export function App() {
  const task = route.value.get("task");
  return (
    <>
      <main class={link.value.state === "lost" ? "page is-stale" : "page"}>
        <header class="top">
          <h1>
            <Link to={home}>dwld</Link>
          </h1>
          <div class="house">
            <HouseLine />
          </div>
        </header>
        {identity.value === "nobody" ? (
          <LoginForm />
        ) : (
          <>
            <LostNotice />
            {mayChange.value ? <AddBox /> : null}
            <TaskList />
          </>
        )}
      </main>
      {task === null || identity.value === "nobody" ? null : <TaskView id={task} />}
      <Toasts />
    </>
  );
}

function LostNotice() {
  const { state, asOf } = link.value;
  if (state !== "lost") return null;
  const words = connectionWords();
  return <Notice tone="warn">{asOf === undefined ? words.unreachable : words.lost(timeText(asOf, now.value))}</Notice>;
}
