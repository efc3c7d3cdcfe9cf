import { timestampDate } from "@bufbuild/protobuf/wkt";
import { isAsked, optionTable, readOptions, type TaskOptions } from "@dwld/options";
import type { Task } from "@dwld/rpc";
import type { ComponentChildren } from "preact";
import { today } from "../connection/clock.ts";
import { ownChat } from "../connection/identity.ts";
import { gotPixels, shortLine, taskOwner } from "../tasks/task-facts.ts";
import { lengthText, timeText } from "../words/formats.ts";
import { optionText } from "../words/option-text.ts";
import { taskWords } from "../words/task.ts";
import { Copy } from "./copy.tsx";

/** Lists what is known of a task, beside how it goes. */
export function Facts({ task }: { task: Task }) {
  const words = taskWords();
  const link = shortLine(task.link, 4096);
  const pixels = gotPixels(task);
  const facts: [name: string, value: ComponentChildren][] = [
    [
      words.link,
      /^https?:/i.test(task.link) ? (
        <a href={task.link} target="_blank" rel="noreferrer">
          <bdi>{link}</bdi>
        </a>
      ) : (
        link
      ),
    ],
    [words.askedFor, askedText(task)],
    [words.owner, taskOwner(task, ownChat.value)],
    [words.folder, shortLine(task.folder)],
    [words.length, task.duration === undefined ? "" : lengthText(Number(task.duration.seconds))],
    [words.picture, pixels === undefined ? "" : [task.width, task.height].filter(Boolean).join(" × ")],
    [words.givesUp, givesUpText(task)],
    [words.id, <code key="id">{task.id}</code>],
  ];
  return (
    <section>
      <h3>{words.facts}</h3>
      <dl class="facts">
        {facts
          .filter(([, value]) => value !== "")
          .map(([name, value]) => (
            <div key={name}>
              <dt>{name}</dt>
              <dd>{value}</dd>
            </div>
          ))}
      </dl>
      <Copy text={task.link} label={words.copyLink} />
    </section>
  );
}

/** "best quality; Sound; Format of the sound: MP3" */
function askedText({ options: message, targetQuality }: Task): string {
  const words = taskWords();
  const quality = targetQuality === 0 ? words.best : words.atMost(targetQuality);
  if (message === undefined) return quality;
  const { options } = readOptions(message);
  const asked = (Object.keys(optionTable) as (keyof TaskOptions)[])
    .filter((name) => isAsked(options, name, optionTable[name]))
    .map((name) => optionText(name, options[name]));
  return [...(options.audioOnly ? [] : [quality]), ...asked].join("; ");
}

/** "12 Nov 14:31, or after 8 more tries" */
function givesUpText({ giveUpTime, attemptLimit, attemptCount }: Task): string {
  if (giveUpTime === undefined) return "";
  const words = taskWords();
  const left = attemptLimit - attemptCount;
  const time = timeText(timestampDate(giveUpTime), today.value);
  return left > 0 ? `${time}, ${words.orAfter(left)}` : time;
}
