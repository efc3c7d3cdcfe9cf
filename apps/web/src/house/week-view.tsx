import { signal } from "@preact/signals";
import { timestampFromDate } from "@bufbuild/protobuf/wkt";
import { useEffect } from "preact/hooks";
import type { StatisticsRow } from "@dwld/rpc";
import { oneLine } from "@dwld/text";
import { minuteMs } from "@dwld/timing";
import { now } from "../connection/clock.ts";
import { downloads } from "../connection/transport.ts";
import { RankedBars } from "../charts/share-bar.tsx";
import { StackedBars, Swatch } from "../charts/stacked-bars.tsx";
import { Icon } from "../ui/icon.tsx";
import { failureClassText } from "../words/failure-classes.ts";
import { bytesText, numberText } from "../words/formats.ts";
import { detailsWords } from "../words/house-details.ts";
import { language } from "../words/language.ts";
import { keepFresh } from "../connection/keep-fresh.ts";
import { bytesBySite, type Day, daysOf, lastDays } from "./week.ts";

/** The statistics since the first of these days; undefined until the server has told them. */
const week = signal<{ days: readonly Date[]; rows: readonly StatisticsRow[] } | undefined>(undefined);
const chosen = signal<string | undefined>(undefined);

async function ask(): Promise<void> {
  const days = lastDays(now.peek());
  const [first] = days;
  try {
    const { rows } = await downloads.getStatistics(first === undefined ? {} : { startTime: timestampFromDate(first) });
    week.value = { days, rows };
  } catch {
    // The notice about the connection says that the server does not answer. An older server has no statistics.
  }
}

/** The last seven days as a chart, and as a table. */
export function WeekView() {
  useEffect(() => {
    const ending = new AbortController();
    keepFresh(ask, { everyMs: 5 * minuteMs, leastMs: 3000 }, ending.signal);
    return () => {
      ending.abort();
      // The next person who looks may not see this one's.
      week.value = undefined;
    };
  }, []);
  if (week.value === undefined) return null;
  const words = detailsWords();
  const { rows } = week.value;
  const days = daysOf(rows, week.value.days);
  return (
    <section>
      <h3>{words.week}</h3>
      {rows.length === 0 ? (
        <p class="soft">{words.nothingEnded}</p>
      ) : (
        <>
          <WeekChart days={days} />
          <details>
            <summary>
              {words.asTable} <Icon name="down" size={16} />
            </summary>
            <WeekTable days={days} />
          </details>
          <Sites rows={rows} />
        </>
      )}
    </section>
  );
}

function WeekChart({ days }: { days: readonly Day[] }) {
  const words = detailsWords();
  const whole = {
    arrived: sumOf(days, ({ arrived }) => arrived),
    arrivedBytes: sumOf(days, ({ arrivedBytes }) => arrivedBytes),
    failed: sumOf(days, ({ failed }) => failed),
    failures: [],
  };
  const inAll = `${words.inAll}: ${endedText(whole)}`;
  const told = days.find(({ start }) => keyOf(start) === chosen.value);
  return (
    <>
      <p class="house-readout">{inAll}</p>
      <StackedBars
        sentence={inAll}
        tones={["good", "bad"]}
        columns={days.map((day) => ({
          key: keyOf(day.start),
          label: day.start.toLocaleDateString(language.value, { weekday: "short" }),
          sentence: `${dateText(day.start)}: ${endedText(day)}`,
          values: [day.arrived, day.failed],
        }))}
        chosen={chosen.value}
        onChoose={(key) => (chosen.value = key)}
        tickText={(value) => numberText(value)}
      />
      <p class="house-legend soft small">
        <span>
          <Swatch tone="good" /> {words.arrived}
        </span>
        <span>
          <Swatch tone="bad" /> {words.failed}
        </span>
      </p>
      {told === undefined ? null : <p class="small">{`${dateText(told.start)}: ${endedText(told)}`}</p>}
    </>
  );
}

function WeekTable({ days }: { days: readonly Day[] }) {
  const words = detailsWords();
  return (
    <table class="figures">
      <thead>
        <tr>
          <th scope="col">{words.day}</th>
          <th scope="col">{words.arrived}</th>
          <th scope="col">{words.size}</th>
          <th scope="col">{words.failed}</th>
        </tr>
      </thead>
      <tbody>
        {days.map((day) => (
          <tr key={keyOf(day.start)}>
            <th scope="row">
              {dateText(day.start)}
              {day.failed === 0 ? null : <span class="soft house-under">{failuresText(day)}</span>}
            </th>
            <td>{numberText(day.arrived)}</td>
            <td>{bytesText(day.arrivedBytes)}</td>
            <td>{numberText(day.failed)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function Sites({ rows }: { rows: readonly StatisticsRow[] }) {
  const words = detailsWords();
  const { top, others } = bytesBySite(rows);
  const lines = [...top, ...(others === 0 ? [] : [{ site: words.otherSites, bytes: others }])];
  if (lines.length === 0) return null;
  return (
    <RankedBars
      caption={words.bytesBySite}
      rows={lines.map(({ site, bytes }) => ({ name: oneLine(site), value: bytes, text: bytesText(bytes) }))}
    />
  );
}

function endedText(day: Omit<Day, "start">): string {
  const text = detailsWords().ended(day.arrived, bytesText(day.arrivedBytes), day.failed);
  return day.failures.length === 0 ? text : `${text}: ${failuresText(day)}`;
}

function failuresText({ failures }: Pick<Day, "failures">): string {
  return failures
    .map(({ failureClass, count }) => `${failureClassText(failureClass)} (${numberText(count)})`)
    .join(", ");
}

function dateText(day: Date): string {
  return day.toLocaleDateString(language.value === "en" ? "en-GB" : language.value, {
    ...{ weekday: "short", day: "numeric", month: "short" },
  });
}

function keyOf(day: Date): string {
  return String(day.getTime());
}

function sumOf(days: readonly Day[], figure: (day: Day) => number): number {
  return days.reduce((sum, day) => sum + figure(day), 0);
}
