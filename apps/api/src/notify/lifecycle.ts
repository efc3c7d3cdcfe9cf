import type { NoticeRow } from "@dwld/queue";
import { dayMs, hourMs, minuteMs } from "@dwld/timing";
import { type Fate, patienceMs, recoveryAfterMs, type Seen } from "./condition.ts";

/** A look at all conditions. */
export type Look = {
  readonly seen: readonly Seen[];
  /** Says what became of a condition that is not seen. */
  readonly fateOf: (row: Pick<NoticeRow, "kind" | "subject">) => Fate;
};

/** The consequences of a look: the rows to write and to delete, and what the operator is told now, as one message. */
export type Decision = {
  readonly rows: readonly NoticeRow[];
  readonly forgotten: readonly Pick<NoticeRow, "kind" | "subject">[];
  /** The conditions that are told, since the time of their rows. */
  readonly began: readonly Seen[];
  readonly ended: readonly NoticeRow[];
};

/** Between two messages, so that what breaks together is told together. */
const quietMs = hourMs;

/** An absence that is shorter does not begin the count of a condition anew. */
const gapMs = 5 * minuteMs;

/** For how long it is remembered how often a condition was told. */
const memoryMs = 14 * dayMs;

/**
 * Decides what follows from a look, of all that is known. A condition is told once it has lasted longer than it heals by
 * itself, and once more when it has been away for a while; with it are told those for which half of that time has passed.
 * A condition that comes and goes has to be away for longer each time.
 */
export function decide(known: readonly NoticeRow[], { seen, fateOf }: Look, now: number): Decision {
  const rowOf = new Map(known.map((row) => [keyOf(row), row]));
  const watched = seen.map((each) => ({ ...each, row: watch(rowOf.get(keyOfSeen(each)), each, now) }));
  const isSeen = new Set(watched.map(({ row }) => keyOf(row)));
  const absent = known
    .filter((row) => !isSeen.has(keyOf(row)))
    .map((row) => ({ row, next: miss(row, fateOf(row), now) }));

  const told = known.flatMap(({ told_at, ended_at }) => (told_at === null ? [] : [ended_at ?? told_at]));
  const lastTold = Math.max(-Infinity, ...told);
  const isQuiet = now >= lastTold && now - lastTold < quietMs;
  const lastsFor = (share: number) =>
    watched.filter(({ row, condition }) => row.told_at === null && now - row.since >= patienceMs(condition) * share);
  const isAwayFor = (share: number) =>
    absent.filter(({ row, next }) => next !== undefined && isOver(row, next, { share, now }));
  const isTold = !isQuiet && (lastsFor(1).length > 0 || isAwayFor(1).length > 0);
  const began = isTold ? lastsFor(1 / 2) : [];
  const ended = isTold ? isAwayFor(1 / 2) : [];

  const toldNow = new Set(began.map(({ row }) => keyOf(row)));
  const endedNow = new Set(ended.map(({ row }) => keyOf(row)));
  const next = [
    ...watched.map(({ row }) => (toldNow.has(keyOf(row)) ? { ...row, told_at: now, times: row.times + 1 } : row)),
    ...absent.flatMap(({ next: row }) =>
      row === undefined ? [] : [endedNow.has(keyOf(row)) ? { ...row, ended_at: now } : row],
    ),
  ];
  return {
    rows: next.filter((row) => !isEqual(row, rowOf.get(keyOf(row)))),
    forgotten: absent.filter(({ next: row }) => row === undefined).map(({ row }) => row),
    began: began.map(({ row, ...each }) => ({ ...each, sinceMs: row.since })),
    ended: ended.map(({ row }) => row),
  };
}

/** Returns the row of a condition that is seen. */
function watch(row: NoticeRow | undefined, { condition: { kind }, subject, sinceMs }: Seen, now: number): NoticeRow {
  const since = Math.min(sinceMs, now);
  const fresh = { kind, subject, texts: null, since, absent_since: null, told_at: null, ended_at: null, times: 0 };
  if (row === undefined) return fresh;
  if (row.ended_at !== null) return { ...fresh, texts: row.texts, times: row.times };
  // The clock was set back.
  return { ...row, absent_since: null, since: Math.min(row.since, now) };
}

/** Returns the row of a condition that is not seen; undefined: it is forgotten. */
function miss(row: NoticeRow, fate: Fate, now: number): NoticeRow | undefined {
  if (row.ended_at !== null) return now - row.ended_at >= memoryMs ? undefined : row;
  if (fate === "unknown") return row;
  if (fate === "moot") return undefined;
  const missing = { ...row, absent_since: Math.min(row.absent_since ?? now, now) };
  if (row.told_at !== null || now - missing.absent_since < gapMs) return missing;
  // The condition was not told, but may have been before.
  return row.times > 0 ? { ...missing, ended_at: now } : undefined;
}

function isOver(
  { told_at, ended_at, kind, times }: NoticeRow,
  { absent_since }: NoticeRow,
  { share, now }: { share: number; now: number },
): boolean {
  if (told_at === null || ended_at !== null || absent_since === null) return false;
  return now - absent_since >= recoveryAfterMs(kind, times) * share;
}

/** Returns the key of a condition in a map. */
export const keyOf = ({ kind, subject }: Pick<NoticeRow, "kind" | "subject">) => JSON.stringify([kind, subject]);
export const keyOfSeen = ({ condition: { kind }, subject }: Seen) => keyOf({ kind, subject });

function isEqual(a: NoticeRow, b: NoticeRow | undefined): boolean {
  if (b === undefined) return false;
  return (Object.keys(a) as (keyof NoticeRow)[]).every((column) => a[column] === b[column]);
}
