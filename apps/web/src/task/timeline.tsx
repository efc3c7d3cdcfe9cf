import { useSignal } from "@preact/signals";
import { type Timestamp, timestampDate, timestampMs } from "@bufbuild/protobuf/wkt";
import { type Task, TaskState, WaitReason } from "@dwld/rpc";
import type { ComponentChildren } from "preact";
import { now, today } from "../connection/clock.ts";
import { ownChat } from "../connection/identity.ts";
import { isFinal } from "../tasks/sections.ts";
import { shortLine, taskOwner } from "../tasks/task-facts.ts";
import { sentence } from "../tasks/task-text.ts";
import { Button } from "../ui/button.tsx";
import { timeText } from "../words/formats.ts";
import { localized } from "../words/language.ts";
import { taskWords } from "../words/task.ts";
import { attemptText } from "./attempt-text.ts";

/** The tries before these are folded. */
const lastShown = 5;

/** Tells what happened to a task, in its order, and what comes next. */
export function Timeline({ task }: { task: Task }) {
  const showsAll = useSignal(false);
  const words = taskWords();
  const folded = showsAll.value ? 0 : Math.max(0, task.attempts.length - lastShown);
  const owner = taskOwner(task, ownChat.value);
  return (
    <section>
      <h3>{words.happened}</h3>
      <ol class="timeline">
        <Step time={task.createTime} name={words.added}>
          {owner === "" ? null : <small>{words.by(owner)}</small>}
        </Step>
        {folded === 0 ? null : (
          <li class="quiet">
            <Button look="plain" onClick={() => (showsAll.value = true)}>
              {words.earlier(folded)}
            </Button>
          </li>
        )}
        {task.attempts.slice(folded).map((attempt, at) => (
          <Try key={attempt.id} task={task} at={folded + at} />
        ))}
        <Delivered task={task} />
        <End task={task} />
      </ol>
    </section>
  );
}

function Try({ task, at }: { task: Task; at: number }) {
  const attempt = task.attempts[at];
  if (attempt === undefined) return null;
  const words = taskWords();
  const hasResult = at === task.attempts.length - 1 && task.files.length > 0;
  const nowMs = attempt.endTime === undefined ? now.value.getTime() : 0;
  const { tone, way, outcome, quote, figures } = attemptText(
    { attempt, before: task.attempts[at - 1], hasResult },
    nowMs,
  );
  const stage = shortLine(attempt.stage, 60);
  return (
    <Step time={attempt.startTime} name={words.try(attempt.number)} tone={tone}>
      {stage === "default" ? null : (
        <small>
          {way}
          {way === stage ? null : <span class="stage"> ({stage})</span>}
        </small>
      )}
      <p>{outcome}</p>
      {quote === "" ? null : (
        <q>
          <bdi>{quote}</bdi>
        </q>
      )}
      <small>{figures}</small>
      {attempt.remark.length === 0 ? null : <p>{sentence(localized(attempt.remark), "")}</p>}
    </Step>
  );
}

function Delivered({ task }: { task: Task }) {
  const times = task.files
    .flatMap(({ deliverTime }) => deliverTime ?? [])
    .toSorted((a, b) => timestampMs(a) - timestampMs(b));
  const last = times.at(-1);
  if (last === undefined || times.length < task.files.length) return null;
  return <Step time={last} name={taskWords().delivered} tone="good" />;
}

/** The end of a task, or what it waits for. */
function End({ task }: { task: Task }) {
  const words = taskWords();
  if (task.state === TaskState.FAILED) return <Step time={task.finishTime} name={words.ended.failed} tone="bad" />;
  if (task.state === TaskState.CANCELED) return <Step time={task.finishTime} name={words.ended.canceled} />;
  if (isFinal(task))
    return task.files.length > 0 ? null : <Step time={task.finishTime} name={words.ended.done} tone="good" />;
  const { wait } = task;
  if (wait === undefined) return null;
  const isTry = wait.reason === WaitReason.NEXT_ATTEMPT;
  const why = sentence(localized(wait.text), task.site);
  return (
    <Step time={wait.until} name={isTry ? words.nextTry : why} tone="next">
      {isTry ? <small>{why}</small> : null}
    </Step>
  );
}

type StepProps = { time: Timestamp | undefined; name: string; tone?: string; children?: ComponentChildren };

function Step({ time, name, tone = "", children }: StepProps) {
  return (
    <li class={tone}>
      <strong>
        {time === undefined ? null : <time>{timeText(timestampDate(time), today.value)}</time>} {name}
      </strong>
      {children}
    </li>
  );
}
