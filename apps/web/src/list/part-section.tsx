import { useEffect, useRef } from "preact/hooks";
import { today } from "../connection/clock.ts";
import { mayChange } from "../connection/identity.ts";
import { change } from "../tasks/change.ts";
import type { Section } from "../tasks/sections.ts";
import { store } from "../tasks/store.ts";
import { Button } from "../ui/button.tsx";
import { dayText, numberText } from "../words/formats.ts";
import { listWords } from "../words/list.ts";
import { counts } from "./counts.ts";
import { historyOf, loadMore } from "./history.ts";
import { filter, moreRows, parts, rowLimits } from "./list-model.ts";
import { byDay } from "./parts.ts";
import { TaskRow } from "./task-row.tsx";

/** A part of the list with its heading. Null if it has nothing. */
export function PartSection({ part, isLast }: { part: Section; isLast: boolean }) {
  const words = listWords();
  const ids = parts.value[part];
  const rows = ids.slice(0, rowLimits.value[part]);
  const more = whatIsMore(part);
  if (ids.length === 0 && (!more.isThere || more.isSought)) return null;
  return (
    <section class="part" aria-labelledby={`part-${part}`}>
      <div class="heading">
        <h2 id={`part-${part}`}>
          {words[part]} <span class="count">{countText(part)}</span>
        </h2>
        {part === "failed" && mayChange.value && ids.length > 1 ? (
          <Button
            look="plain"
            onClick={() => change(({ retryTasks }) => retryTasks({ filter: { ...filter.value, part } }))}
          >
            {words.retryAll}
          </Button>
        ) : null}
      </div>
      {part === "done" ? <Days ids={rows} /> : <Rows ids={rows} />}
      {more.isThere || rows.length < ids.length ? (
        <ShowMore part={part} isAlone={isLast} isLoading={more.isLoading} canLoadAlone={!more.isFailed} />
      ) : null}
    </section>
  );
}

function Rows({ ids }: { ids: readonly string[] }) {
  return ids.length === 0 ? null : (
    <ul class="rows">
      {ids.map((id) => (
        <TaskRow key={id} id={id} />
      ))}
    </ul>
  );
}

function Days({ ids }: { ids: readonly string[] }) {
  const tasks = ids.flatMap((id) => store.task(id)?.peek() ?? []);
  return byDay(tasks).map(({ day, ids: ofDay }) => (
    <div key={day.toDateString()}>
      <h3>{dayText(day, today.value)}</h3>
      <Rows ids={ofDay} />
    </div>
  ));
}

/** Returns whether the server has more of a part than the page knows. */
function whatIsMore(part: Section) {
  const isEnded = part === "failed" || part === "done";
  const history = historyOf(part, filter.value);
  const isWhole = filter.value.text === "" && filter.value.site === "";
  const all = isWhole && isEnded ? totalOf(part) : undefined;
  const isCounted = !isWhole || typeof all === "number" || (all === null && parts.value[part].length > 0);
  const isComplete = typeof all === "number" && all <= store.sections.value[part].length;
  return {
    isThere: isEnded && history?.state !== "end" && isCounted && !(history === undefined && isComplete),
    isLoading: history?.state === "loading",
    isSought: !isWhole && (history === undefined || history.state === "loading"),
    isFailed: history?.state === "failed",
  };
}

function totalOf(part: "failed" | "done"): number | null | undefined {
  return counts.value === null ? null : counts.value?.[part];
}

/** The whole number where it is known, else what is known with a "+". */
function countText(part: Section): string {
  const known = parts.value[part].length;
  if (part === "now" || part === "waiting") return numberText(known);
  const isWhole = filter.value.text === "" && filter.value.site === "";
  const all = isWhole ? totalOf(part) : undefined;
  if (typeof all === "number") return numberText(Math.max(all, known));
  return `${numberText(known)}${whatIsMore(part).isThere ? "+" : ""}`;
}

type ShowMoreProps = { part: Section; isAlone: boolean; isLoading: boolean; canLoadAlone: boolean };

/** Shows more rows when it is pressed; at the end of the page also when it comes into sight. */
function ShowMore({ part, isAlone, isLoading, canLoadAlone }: ShowMoreProps) {
  const place = useRef<HTMLDivElement>(null);
  const show = (isAsked: boolean): void => {
    const limit = rowLimits.peek()[part];
    if (parts.peek()[part].length < limit + moreRows) void loadMore(part, filter.peek(), { isAsked });
    rowLimits.value = { ...rowLimits.peek(), [part]: limit + moreRows };
  };
  useEffect(() => {
    const element = place.current;
    if (!isAlone || isLoading || !canLoadAlone || element === null) return undefined;
    const observer = new IntersectionObserver(([entry]) => entry?.isIntersecting === true && show(false), {
      rootMargin: "400px",
    });
    observer.observe(element);
    return () => observer.disconnect();
  });
  const words = listWords();
  return (
    <div class="more" ref={place}>
      <Button look="plain" disabled={isLoading} onClick={() => show(true)}>
        {isLoading ? words.loading : words.more}
      </Button>
    </div>
  );
}
