import { effect } from "@preact/signals";
import { render } from "preact";
import "./ui/tokens.css";
import "./ui/base.css";
import "./ui/ui.css";
import { App } from "./app/app.tsx";
import "./app/app.css";
import { askIdentity, identity } from "./connection/identity.ts";
import { watchTasks } from "./connection/watch.ts";
import { store } from "./tasks/store.ts";
import { language } from "./words/language.ts";

const place = document.querySelector("#page");
if (place === null) throw new Error("the document has no place for the page");

effect(() => {
  document.documentElement.lang = language.value;
});

// A known caller's tasks are watched; a session that ended shows the login, and a new one begins anew.
effect(() => {
  if (identity.value === undefined || identity.value === "nobody") return undefined;
  const ending = new AbortController();
  void watchTasks((event) => store.apply([event]), ending.signal);
  return () => ending.abort();
});

render(<App />, place);
void askIdentity();
