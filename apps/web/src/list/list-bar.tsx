import { useSignal, useSignalEffect } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { mayChange } from "../connection/identity.ts";
import { Link } from "../route/link.tsx";
import { go } from "../route/route.ts";
import { sections } from "../tasks/sections.ts";
import { store } from "../tasks/store.ts";
import { Button } from "../ui/button.tsx";
import { Icon } from "../ui/icon.tsx";
import { listWords } from "../words/list.ts";
import { filter, isSelecting } from "./list-model.ts";

const typingMs = 250;

/** Search, and the parts of the list. What is chosen stands in the address. */
export function ListBar() {
  const words = listWords();
  const { part } = filter.value;
  return (
    <div class="list-bar">
      <Search />
      <SiteChoice />
      {mayChange.value ? (
        <Button name={words.selectSome} onClick={() => (isSelecting.value = true)}>
          <Icon name="select" />
        </Button>
      ) : null}
      <nav class="part-links" aria-label={words.parts}>
        {[undefined, ...sections].map((each) => (
          <Link key={each ?? "all"} to={{ show: each, task: undefined }} isCurrent={each === part}>
            {words[each ?? "all"]}
          </Link>
        ))}
      </nav>
    </div>
  );
}

function Search() {
  const typed = useSignal(filter.peek().text);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  useSignalEffect(() => {
    const { text } = filter.value;
    if (typed.peek().trim() !== text) typed.value = text;
  });
  useEffect(() => () => clearTimeout(timer.current), []);
  const words = listWords();
  return (
    <label class="search">
      <Icon name="search" />
      <span class="heard">{words.search}</span>
      <input
        id="search"
        type="search"
        placeholder={words.searchShort}
        value={typed.value}
        maxLength={200}
        onInput={(event) => {
          typed.value = event.currentTarget.value;
          clearTimeout(timer.current);
          timer.current = setTimeout(() => go({ q: typed.peek().trim() }, { replace: true }), typingMs);
        }}
      />
    </label>
  );
}

/** The sites of the tasks that are known. */
function SiteChoice() {
  const { site } = filter.value;
  const words = listWords();
  const known = new Set(sections.flatMap((section) => store.sections.value[section]).map(siteOf));
  if (site !== "") known.add(site);
  known.delete("");
  if (known.size < 2 && site === "") return null;
  return (
    <select
      class="site-choice"
      aria-label={words.site}
      value={site}
      onChange={(event) => go({ site: event.currentTarget.value })}
    >
      <option value="">{words.everySite}</option>
      {[...known].toSorted().map((each) => (
        <option key={each} value={each}>
          {each}
        </option>
      ))}
    </select>
  );
}

function siteOf(id: string): string {
  return store.task(id)?.peek().site ?? "";
}
