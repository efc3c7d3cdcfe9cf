import { useComputed } from "@preact/signals";
import type { Task } from "@dwld/rpc";
import { today } from "../connection/clock.ts";
import { mayChange, ownChat } from "../connection/identity.ts";
import { Link } from "../route/link.tsx";
import { route } from "../route/route.ts";
import { askToDelete } from "../tasks/ask-to-delete.tsx";
import { change } from "../tasks/change.ts";
import { store } from "../tasks/store.ts";
import { canCancel, canRetry, isRecording, percentOf, shortLine, taskName, taskOwner } from "../tasks/task-facts.ts";
import { Thumbnail } from "../tasks/thumbnail.tsx";
import { Bar } from "../ui/bar.tsx";
import { Button } from "../ui/button.tsx";
import { Icon } from "../ui/icon.tsx";
import { listWords } from "../words/list.ts";
import { actionWords } from "../words/actions.ts";
import { focusBeside } from "../tasks/row-focus.ts";
import { drawn, select, selection, selectsAll } from "./list-model.ts";
import { join, taskText } from "../tasks/task-text.ts";
import { extend, toggle } from "./selection.ts";

const shapes = { goes: undefined, waits: "wait", failed: "failed", done: "check", canceled: "close" } as const;

/** A task in the list: its picture, how it is, and what can be done. */
export function TaskRow({ id }: { id: string }) {
  const isSelected = useComputed(() => selectsAll.value || selection.value.ids.has(id)).value;
  const isOpen = useComputed(() => route.value.get("task") === id).value;
  const task = store.task(id)?.value;
  if (task === undefined) return null;
  const { tone, sentence, figure, remark } = taskText(task, today.value);
  const name = taskName(task);
  const shape = shapes[tone];
  return (
    <li class={`task-row ${tone} ${isSelected ? "is-selected" : ""} ${isOpen ? "is-open" : ""}`} data-id={id}>
      <div class="picture">
        <Thumbnail task={task} />
        {mayChange.value ? <Pick id={id} name={name} isSelected={isSelected} /> : null}
      </div>
      <Link to={{ task: id }} class="name" isCurrent={isOpen}>
        <bdi title={name}>{name}</bdi>
      </Link>
      <p class="says">
        {shape === undefined ? null : <Icon name={shape} size={15} />}
        <span class="sentence">{sentence}</span> {remark === "" ? null : <span class="remark">{remark}</span>}
      </p>
      <div class="side">
        <p class="figure">{figure}</p>
        <p>{join(shortLine(task.site, 60), taskOwner(task, ownChat.value))}</p>
      </div>
      {tone === "goes" ? <Bar percent={percentOf(task)} label={sentence} /> : null}
      {mayChange.value ? <RowActions task={task} name={name} /> : null}
    </li>
  );
}

function Pick({ id, name, isSelected }: { id: string; name: string; isSelected: boolean }) {
  return (
    <label class="pick">
      <input
        type="checkbox"
        checked={isSelected}
        aria-label={listWords().select(name)}
        onClick={(event) =>
          select(event.shiftKey ? extend(selection.value, id, drawn.value) : toggle(selection.value, id))
        }
      />
    </label>
  );
}

function RowActions({ task, name }: { task: Task; name: string }) {
  const words = listWords();
  const ids = [task.id];
  return (
    <div class="actions">
      {canRetry(task) ? (
        <Button
          aria-label={`${actionWords().retry}: ${name}`}
          onClick={() => change(({ retryTasks }) => retryTasks({ ids }))}
        >
          {actionWords().retry}
        </Button>
      ) : null}
      {isRecording(task) ? (
        <Button
          aria-label={`${words.keep}: ${name}`}
          onClick={() => change(({ keepRecording }) => keepRecording(task.id))}
        >
          <Icon name="stop" size={14} />
          {words.keep}
        </Button>
      ) : null}
      {canCancel(task) ? (
        <Button
          look="plain"
          class="seldom"
          name={words.cancelIt(name)}
          onClick={() => change(({ cancelTasks }) => cancelTasks({ ids }))}
        >
          <Icon name="close" />
        </Button>
      ) : (
        <Button
          look="plain"
          class="seldom"
          name={words.deleteIt(name)}
          onClick={() => askToDelete({ ids }, 1, focusBeside(task.id))}
        >
          <Icon name="trash" />
        </Button>
      )}
    </div>
  );
}
