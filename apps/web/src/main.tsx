import { effect } from "@preact/signals";
import { render } from "preact";
import "./ui/tokens.css";
import "./ui/base.css";
import "./ui/ui.css";
import { App } from "./app/app.tsx";
import { listenToKeys } from "./app/listen-to-keys.ts";
import "./app/app.css";
import { startClock } from "./connection/clock.ts";
import { recallIdentity } from "./connection/identity.ts";
import { watchVersion } from "./connection/newer-version.ts";
import { keepPageOffline } from "./connection/offline-page.ts";
import { keepSession } from "./connection/session.ts";
import { watchTasks } from "./connection/watch.ts";
import { forgetHouse, keepHouse, tellHouse } from "./connection/house-state.ts";
import { store } from "./tasks/store.ts";
import { language } from "./words/language.ts";

const place = document.querySelector("#page");
if (place === null) throw new Error("the document has no place for the page");

effect(() => {
  document.documentElement.lang = language.value;
});

startClock();
recallIdentity();
watchTasks({
  apply: (events) => {
    store.apply(events);
    tellHouse(events);
  },
  forget: () => {
    store.clear();
    forgetHouse();
  },
});
watchVersion();
keepSession();
keepHouse();

render(<App />, place);
listenToKeys();
// A browser may refuse (a certificate that nobody signed, a private window). An error loses nothing that was there: the page works,
// as long as the server does.
keepPageOffline().catch(() => undefined);
