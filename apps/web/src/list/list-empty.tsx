import { mayChange } from "../connection/identity.ts";
import { Button } from "../ui/button.tsx";
import { addressWith, go } from "../route/route.ts";
import { emptyListWords } from "../words/empty-list.ts";
import { filter } from "./list-model.ts";

/** Big Buck Bunny, by the Blender Foundation: free, short, and there for years. */
const example = "https://www.youtube.com/watch?v=aqz-KE-bpKQ";

/** Says in an empty list how to begin. */
export function FirstRun() {
  const words = emptyListWords();
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
  const words = emptyListWords();
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
