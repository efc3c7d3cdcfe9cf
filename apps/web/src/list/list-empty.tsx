import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { mayChange } from "../connection/identity.ts";
import { Button } from "../ui/button.tsx";
import { addressWith, go } from "../route/route.ts";
import { listWords } from "../words/list.ts";
import { filter } from "./list-model.ts";

const patienceMs = 300;
/** Big Buck Bunny, by the Blender Foundation: free, short, and there for years. */
const example = "https://www.youtube.com/watch?v=aqz-KE-bpKQ";

/** Where rows will be, once it takes so long that somebody would wonder. */
export function Skeleton() {
  const isShown = useSignal(false);
  useEffect(() => {
    const timer = setTimeout(() => (isShown.value = true), patienceMs);
    return () => clearTimeout(timer);
  }, []);
  if (!isShown.value) return null;
  return (
    <ul class="rows skeleton" aria-label={listWords().loading}>
      {[0, 1, 2].map((each) => (
        <li class="task-row" key={each}>
          <span class="thumbnail" />
          <span class="line" />
          <span class="line short" />
        </li>
      ))}
    </ul>
  );
}

/** What stands in an empty list: how to begin. */
export function FirstRun() {
  const words = listWords();
  return (
    <div class="empty">
      <h2>{words.firstTitle}</h2>
      {mayChange.value ? (
        <>
          <p>{words.firstRun}</p>
          <a href={addressWith({ url: example })} class="button">
            {words.tryExample}
          </a>
        </>
      ) : null}
    </div>
  );
}

/** Nothing is found by a search, or in a part. */
export function NoMatch({ isSearching }: { isSearching: boolean }) {
  const words = listWords();
  const { text } = filter.value;
  return (
    <div class="empty" role="status">
      <p>{isSearching ? words.searching : text === "" ? words.nothingHere : words.noMatch(text)}</p>
      {isSearching ? null : (
        <Button onClick={() => go({ q: undefined, site: undefined, show: undefined })}>{words.showAll}</Button>
      )}
    </div>
  );
}
