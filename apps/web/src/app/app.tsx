import { computed } from "@preact/signals";
import { identity, mayChange } from "../connection/identity.ts";
import { link } from "../connection/watch.ts";
import { AddBox } from "../add/add-box.tsx";
import { HouseLine, HouseTroubles } from "../house/house-line.tsx";
import { TaskList } from "../list/task-list.tsx";
import { TaskView } from "../task/task-view.tsx";
import { Foot } from "./foot.tsx";
import { Link } from "../route/link.tsx";
import { route } from "../route/route.ts";
import { onDemand } from "../connection/on-demand.tsx";
import { WaysIn } from "../ways-in/ways-in.tsx";
import { Toasts } from "../ui/toasts.tsx";
import { isHelpShown } from "./keys-help-shown.ts";
import { LinkNotice } from "./link-notice.tsx";

const LoginForm = onDemand(async () => (await import("../login/login-form.tsx")).LoginForm);
const HouseView = onDemand(async () => (await import("../house/house-view.tsx")).HouseView);

const KeysHelp = onDemand(async () => (await import("./keys-help.tsx")).KeysHelp);

const home = { task: undefined, show: undefined, q: undefined, site: undefined, page: undefined };

const isStale = computed(() => link.value.state === "lost" || link.value.state === "connecting");

/** Shows the whole page, by the address and for the person who looks. */
export function App() {
  const task = route.value.get("task");
  const page = route.value.get("page");
  return (
    <>
      <main class={isStale.value ? "page is-stale" : "page"}>
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
            <LinkNotice />
            {page === "house" ? (
              <HouseView />
            ) : page === "ways" ? (
              <WaysIn />
            ) : (
              <>
                <HouseTroubles />
                {mayChange.value ? <AddBox /> : null}
                <TaskList />
              </>
            )}
          </>
        )}
        <Foot />
      </main>
      {task === null || identity.value === "nobody" ? null : <TaskView id={task} />}
      {isHelpShown.value ? <KeysHelp close={() => (isHelpShown.value = false)} /> : null}
      <Toasts />
    </>
  );
}
