import type { Task } from "@dwld/rpc";
import { timestampDate } from "@bufbuild/protobuf/wkt";
import { today } from "../connection/clock.ts";
import { mayChange, ownChat } from "../connection/identity.ts";
import { addressOf } from "../connection/transport.ts";
import { cancelTasks, keepRecording, retryTasks } from "../tasks/change-tasks.ts";
import { askToDelete } from "../tasks/ask-to-delete.tsx";
import { canCancel, canRetry, isRecording, percentOf, shortLine, taskName, taskOwner } from "../tasks/task-facts.ts";
import { join, taskText } from "../tasks/task-text.ts";
import { Thumbnail } from "../tasks/thumbnail.tsx";
import { Bar } from "../ui/bar.tsx";
import { Button } from "../ui/button.tsx";
import { Icon } from "../ui/icon.tsx";
import { Notice } from "../ui/notice.tsx";
import { timeText } from "../words/formats.ts";
import { actionWords } from "../words/actions.ts";
import { taskWords } from "../words/task.ts";
import { Entries, ListLink } from "./entries.tsx";
import { Facts } from "./facts.tsx";
import { Files } from "./files.tsx";
import { LifeLine } from "./life-line.tsx";
import { LastWords } from "./last-words.tsx";
import { Timeline } from "./timeline.tsx";
import { useTask } from "./use-task.ts";

/** All of one task: how it is, what can be done, and then how that came about. */
export function TaskPage({ id, close }: { id: string; close: () => void }) {
  const { task, isGone, fault } = useTask(id);
  const words = taskWords();
  if (isGone) return <p class="soft">{words.notHere}</p>;
  if (task === undefined) return <p class="soft">{fault === "" ? words.loading : fault}</p>;
  return (
    <>
      {task.thumbnailPath === "" ? null : <Thumbnail task={task} isLarge />}
      <h2>
        <bdi>{taskName(task)}</bdi>
      </h2>
      <p class="soft small">{join(shortLine(task.site, 60), addedText(task), taskOwner(task, ownChat.value))}</p>
      <Standing task={task} />
      {mayChange.value ? <Actions task={task} close={close} /> : null}
      {fault === "" ? null : <Notice tone="warn">{fault}</Notice>}
      <ListLink task={task} />
      <Entries task={task} />
      <Timeline task={task} />
      <LifeLine task={task} />
      <Files task={task} />
      <Facts task={task} />
      <LastWords task={task} />
    </>
  );
}

function addedText({ createTime }: Task): string {
  return createTime === undefined ? "" : `${taskWords().added} ${timeText(timestampDate(createTime), today.value)}`;
}

/** How the task is, in a sentence. */
function Standing({ task }: { task: Task }) {
  const { tone, sentence, figure, remark } = taskText(task, today.value);
  const percent = percentOf(task);
  return (
    <div class={`standing ${tone}`}>
      <p>{tone === "done" ? figure : sentence}</p>
      {tone === "done" ? <p class="small">{sentence}</p> : figure === "" ? null : <p class="small">{figure}</p>}
      {remark === "" ? null : <p class="small remark">{remark}</p>}
      {tone === "goes" ? <Bar percent={percent} label={sentence} /> : null}
    </div>
  );
}

function Actions({ task, close }: { task: Task; close: () => void }) {
  const words = taskWords();
  const shared = actionWords();
  const ids = [task.id];
  const [here] = task.files.filter(({ downloadPath }) => downloadPath !== "");
  return (
    <div class="task-actions">
      {canRetry(task) ? (
        <Button look="main" onClick={() => void retryTasks({ ids })}>
          {shared.retry}
        </Button>
      ) : null}
      {isRecording(task) ? (
        <Button look="main" onClick={() => void keepRecording(task.id)}>
          {words.keep}
        </Button>
      ) : null}
      {here === undefined ? null : (
        <a class="button main" href={addressOf(here.downloadPath)} download="">
          <Icon name="download" />
          {words.download}
        </a>
      )}
      {canCancel(task) ? <Button onClick={() => void cancelTasks({ ids })}>{shared.cancel}</Button> : null}
      <Button onClick={() => askToDelete({ ids }, 1, close)}>{shared.delete}</Button>
    </div>
  );
}
