import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { listWords } from "../words/list.ts";

const patienceMs = 300;

/** Draws where rows will be, once it takes so long that somebody would wonder. */
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
