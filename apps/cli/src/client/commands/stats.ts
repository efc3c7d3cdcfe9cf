import { timestampFromDate } from "@bufbuild/protobuf/wkt";
import { Command, InvalidArgumentError, Option } from "commander";
import { StatisticsBy, type StatisticsRow } from "@dwld/rpc";
import { dayMs } from "@dwld/timing";
import { readMoment } from "../arguments/moment.ts";
import { readSpan } from "../arguments/span.ts";
import { withExamples } from "../../command-line/help.ts";
import type { RunInSession } from "../run-in-session.ts";
import type { Session } from "../session.ts";
import { type Statistics, statisticsPage } from "../statistics/page.ts";
import { fittingPeriod, type PeriodName, periodNames, periodsBetween, startOfSpan } from "../statistics/periods.ts";
import { byPeriod, classWord, countBy, groupBy, hasArrived, othersName, summarise } from "../statistics/summary.ts";

const byNames = ["site", "stage", "user", "chat", "class"] as const;

type ByName = (typeof byNames)[number];

type Options = { since?: string; by?: ByName; per?: PeriodName; json?: true };

const asked: Readonly<Record<ByName, { by: StatisticsBy; nameOf: (row: StatisticsRow) => string }>> = {
  site: { by: StatisticsBy.SITE, nameOf: ({ site }) => site },
  stage: { by: StatisticsBy.STAGE, nameOf: ({ stage }) => stage },
  user: { by: StatisticsBy.USER, nameOf: ({ userName }) => userName },
  chat: { by: StatisticsBy.CHAT, nameOf: ({ chatId }) => chatId },
  class: { by: StatisticsBy.SITE, nameOf: ({ failureClass }) => classWord(failureClass) },
};

/** The longest range of one call, ms: below the 92 days of the contract. */
const rangeMs = 90 * dayMs;

/** `dwld stats` */
export function build(run: RunInSession): Command {
  const command = new Command("stats")
    .summary("what arrived and what failed, by day, week or month")
    .description(
      "Tells how many links arrived and failed, how much they were, and how long they took from their first attempt to " +
        "their copy; by site with the reasons, or by stage, user, chat or class of failure. dwld clean changes nothing of " +
        "it. What was canceled is not counted. A line of bars shows the days on a terminal.",
    )
    .option(
      "--since <when>",
      "from this day on: 30d (with today), 12w, 2026-11-01, or 12h (default: 7d)",
      sinceArgument,
    )
    .addOption(new Option("--by <what>", "a line for each of these (default: site)").choices(byNames))
    .addOption(new Option("--per <period>", "the whole by day, week or month, as a table too").choices(periodNames))
    .option("--json", "all of it as one JSON object, alone on stdout")
    .action(async ({ since = "7d", by = "site", per }: Options) =>
      run(command, async (session) => {
        const statistics = await readStatistics(session, { since, by, per });
        const { output } = session;
        if (output.json) output.value(inJson(statistics));
        else
          output.say(...statisticsPage(statistics, { columns: output.look.columns, tellsPeriods: per !== undefined }));
        return 0;
      }),
    );
  return withExamples(
    command,
    "dwld stats",
    "dwld stats --since 30d --by class",
    "dwld stats --since 2026-01-01 --per month",
    "dwld stats --since 12w --by user --json | jq -r '.groups[] | [.name, .arrived, .failed] | @tsv'",
  );
}

function sinceArgument(text: string): string {
  if (readSince(text, new Date()) === undefined)
    throw new InvalidArgumentError("It must be like 30d, 12w, 12h or 2026-11-01, and not in the future.");
  return text;
}

function readSince(text: string, now: Date): Date | undefined {
  const spanMs = readSpan(text);
  if (spanMs !== undefined) return spanMs > 0 ? startOfSpan(spanMs, now) : undefined;
  const ms = text.startsWith("+") ? undefined : readMoment(text, now.getTime());
  return ms !== undefined && ms < now.getTime() ? new Date(ms) : undefined;
}

async function readStatistics(
  { client, clock, signal }: Session,
  { since: text, by, per: named }: { since: string; by: ByName; per: PeriodName | undefined },
): Promise<Statistics> {
  const now = new Date(clock.nowMs());
  const since = readSince(text, now) ?? now;
  const rows: StatisticsRow[] = [];
  for (let start = since; start < now;) {
    const end = new Date(Math.min(now.getTime(), start.getTime() + rangeMs));
    const range = { startTime: timestampFromDate(start), endTime: timestampFromDate(end) };
    rows.push(...(await client.getStatistics({ ...range, by: asked[by].by }, { signal })).rows);
    start = end;
  }
  const per = named ?? fittingPeriod(since, now);
  return {
    ...{ since, per, by, total: summarise(rows) },
    periods: byPeriod(rows, periodsBetween(since, now, per)),
    groups: by === "class" ? classGroups(rows) : groupBy(rows, asked[by].nameOf),
  };
}

/** Returns the classes of failure, each with the sites where it occurred in place of reasons. */
function classGroups(rows: readonly StatisticsRow[]) {
  const failed = rows.filter((row) => !hasArrived(row));
  const siteOf = ({ site, others }: StatisticsRow) => (others ? othersName : site);
  return [...Map.groupBy(failed, asked.class.nameOf)]
    .map(([name, own]) => ({ ...summarise(own), name, failures: countBy(own, siteOf) }))
    .toSorted((left, right) => right.failed - left.failed || left.name.localeCompare(right.name));
}

function inJson({ since, per, by, total, periods, groups }: Statistics): object {
  return {
    ...{ since: since.toISOString(), per, by, total },
    periods: periods.map(({ start, end, ...summary }) => ({
      ...{ start: start.toISOString(), end: end.toISOString() },
      ...summary,
    })),
    groups,
  };
}
