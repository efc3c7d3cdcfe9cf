import { signal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { failureText } from "../connection/failure-text.ts";
import { cancelTasks, type Chosen, countTasks, retryTasks } from "../tasks/change-tasks.ts";
import { askToDelete } from "../tasks/ask-to-delete.tsx";
import { store } from "../tasks/store.ts";
import { canCancel, canRetry } from "../tasks/task-facts.ts";
import { Button } from "../ui/button.tsx";
import { Icon } from "../ui/icon.tsx";
import { toast } from "../ui/toasts.tsx";
import { numberText } from "../words/formats.ts";
import { selectionWords } from "../words/selection.ts";
import { actionWords } from "../words/actions.ts";
import { drawn, endSelection, filter, select, selection, selectsAll } from "./list-model.ts";

/** How many there are, where everything that the filter finds is selected. */
const matching = signal(0);

/** How many are selected, and what can be done with them; it stands where the search stood. */
export function SelectionBar() {
  const words = selectionWords();
  const { retry, cancel, delete: remove } = actionWords();
  const ids = [...selection.value.ids];
  const isAll = selectsAll.value;
  const isWhole = ids.length > 0 && drawn.value.every((id) => selection.value.ids.has(id));
  const count = isAll ? matching.value : ids.length;
  const tasks = ids.flatMap((id) => store.task(id)?.value ?? []);
  const retried = tasks.filter((task) => canRetry(task)).map(({ id }) => id);
  const canceled = tasks.filter((task) => canCancel(task)).map(({ id }) => id);
  const everything: Chosen | undefined = isAll ? { filter: filter.value } : undefined;
  return (
    <div class="list-bar selection-bar" role="group" aria-label={words.selected(count)}>
      <Button look="plain" name={words.endSelection} onClick={endSelection}>
        <Icon name="close" />
      </Button>
      <strong role="status">{words.selected(count)}</strong>
      {isAll ? null : isWhole ? (
        <AllThatMatch shown={ids.length} />
      ) : (
        <Button look="plain" onClick={() => select({ ids: new Set(drawn.value), anchor: undefined })}>
          {words.selectShown}
        </Button>
      )}
      <span class="for-selected">
        <Action name={retry} chosen={everything ?? { ids: retried }} change={retryTasks} />
        <Action name={cancel} chosen={everything ?? { ids: canceled }} change={cancelTasks} />
        <Button
          look="bad"
          disabled={count === 0}
          onClick={() => askToDelete(everything ?? { ids }, count, endSelection)}
        >
          {remove}
        </Button>
      </span>
    </div>
  );
}

type ActionProps = { name: string; chosen: Chosen; change: (chosen: Chosen) => Promise<void> };

/** "Cancel 3": what cannot be canceled of the selected is not meant. */
function Action({ name, chosen, change }: ActionProps) {
  const count = "ids" in chosen ? chosen.ids.length : undefined;
  return (
    <Button
      disabled={count === 0}
      onClick={() => {
        void change(chosen);
        endSelection();
      }}
    >
      {count === undefined || count === 0 ? name : `${name} ${numberText(count)}`}
    </Button>
  );
}

/** Offers what the filter finds beyond the rows that are shown. */
function AllThatMatch({ shown }: { shown: number }) {
  useEffect(() => {
    matching.value = 0;
    countTasks(filter.peek()).then(
      (count) => (matching.value = count),
      (error: unknown) => toast(failureText(error)),
    );
  }, [filter.value]);
  return matching.value <= shown ? null : (
    <Button look="plain" onClick={() => (selectsAll.value = true)}>
      {selectionWords().selectMatching(matching.value)}
    </Button>
  );
}
