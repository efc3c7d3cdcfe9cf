/** The kinds of options: their values, their fields in a message of the contract, and their rules. */

/** Takes a broken rule: words that continue after the field's name, and the path in the field. */
export type Refuse = (words: string, ...path: readonly (string | number)[]) => void;

export type Kind<Value, Field, Written extends Field = Field> = {
  /** For the command line, which reads each kind from text in its own way. */
  readonly kind: "flag" | "choice" | "words" | "count" | "day" | "sections";
  /** The value if nothing is said. */
  readonly initial: Value;
  /** The values of a choice, or the words of a list, if they are known. */
  readonly values?: readonly string[];
  /** The largest count. */
  readonly most?: number;
  /** Reads a field of a message. */
  readonly read: (field: Field, refuse: Refuse) => Value;
  /** Writes the field of a message. */
  readonly write: (value: Value) => Written;
};

export const flag: Kind<boolean, boolean> = {
  kind: "flag",
  initial: false,
  read: (field) => field,
  write: (value) => value,
};

/**
 * Makes an option that is one of several values.
 *
 * @param values by their numbers in the contract's enum. The first is the default, UNSPECIFIED; one of them may have a
 *   number of its own, too.
 */
export function choice<const Value extends string>(...values: readonly [Value, ...Value[]]): Kind<Value, number> {
  const names = values.map((value, number) => (number === 0 ? "UNSPECIFIED" : value.toUpperCase()));
  return {
    kind: "choice",
    initial: values[0],
    values: [...new Set(values)],
    read: (field, refuse) => {
      const value = values[field];
      if (value === undefined) refuse(`is none of ${names.join(", ")}`);
      return value ?? values[0];
    },
    write: (value) => values.indexOf(value),
  };
}

/** Words, each of them once. `wrong` tells what is wrong with one; `most` is how many of what there may be. */
function words<Value extends string>(
  wrong: (word: string) => string | undefined,
  most: readonly [number, string],
): Kind<readonly Value[], string[]> {
  return {
    kind: "words",
    initial: [],
    read: (field, refuse) => {
      if (field.length > most[0]) {
        refuse(`has more than ${most.join(" ")}`);
        return [];
      }
      for (const [index, word] of field.entries()) {
        const fault = wrong(word);
        if (fault !== undefined) refuse(fault, index);
      }
      return [...new Set(field)] as Value[];
    },
    write: (value) => [...value],
  };
}

/** RFC 5646, as far as yt-dlp tells languages apart. */
const languageTag = /^[A-Za-z]{2,3}(-[A-Za-z0-9]{1,8}){0,4}$/;

export const languages = words<string>(
  (word) => (languageTag.test(word) ? undefined : 'is no language tag, such as "en" or "pt-BR"'),
  [10, "languages"],
);

/** The categories of SponsorBlock that yt-dlp can cut out, of those that 2025.04.30 knows, too. */
export const sponsorblockCategories = [
  "sponsor",
  "intro",
  "outro",
  "selfpromo",
  "preview",
  "filler",
  "interaction",
  "music_offtopic",
] as const;

/** The categories that can be marked and not cut out. */
const markableCategories = ["poi_highlight", "chapter"] as const;

export type Category = (typeof sponsorblockCategories)[number] | (typeof markableCategories)[number];

function categoriesOf(allowed: readonly string[]): Kind<readonly Category[], string[]> {
  const isNone = `is none of ${allowed.join(", ")}`;
  return {
    ...words((word) => (allowed.includes(word) ? undefined : isNone), [20, "categories"]),
    values: allowed,
  };
}

export const removable = categoriesOf(sponsorblockCategories);
export const markable = categoriesOf([...sponsorblockCategories, ...markableCategories]);

/** A whole number from 0. */
export function count(most: number): Kind<number, number> {
  return {
    kind: "count",
    initial: 0,
    most,
    read: (field, refuse) => {
      if (field > most) refuse(`is more than ${most}`);
      return field;
    },
    write: (value) => value,
  };
}

/** A day of the calendar, as ISO 8601 writes it; empty: none. */
export const day: Kind<string, string> = {
  kind: "day",
  initial: "",
  read: (field, refuse) => {
    if (field !== "" && !isDay(field)) refuse('is no day, such as "2026-01-31"');
    return field;
  },
  write: (value) => value,
};

/** Whether a text is a day of the calendar, such as 2026-01-31. */
export function isDay(text: string): boolean {
  const date = new Date(`${text}T00:00Z`);
  // Date takes February 30 for March 2.
  return /^\d{4}-\d\d-\d\d$/.test(text) && !Number.isNaN(date.getTime()) && date.toISOString().startsWith(text);
}

/** A part of a video, in seconds; null: to its end. */
export type Section = { startSeconds: number; endSeconds: number | null };

/** google.protobuf.Duration. */
type Duration = { seconds: bigint; nanos: number };

export type MessageSection = { start?: Duration | undefined; end?: Duration | undefined };
type WrittenSection = { start?: Duration; end?: Duration };

const mostSections = 20;
const mostSectionSeconds = 7 * 24 * 60 * 60;

export const sections: Kind<readonly Section[], MessageSection[], WrittenSection[]> = {
  kind: "sections",
  initial: [],
  read: (field, refuse) => {
    if (field.length > mostSections) {
      refuse(`has more than ${mostSections} parts`);
      return [];
    }
    const parts = field.map(({ start, end }, index): Section => {
      const startSeconds = readDuration(start, (fault) => refuse(fault, index, "start"));
      const endSeconds = readDuration(end, (fault) => refuse(fault, index, "end"));
      if (startSeconds === undefined && endSeconds === undefined) refuse("names neither a start nor an end", index);
      else if (endSeconds !== undefined && endSeconds >= 0 && endSeconds <= (startSeconds ?? 0))
        refuse("is not after the start", index, "end");
      return { startSeconds: startSeconds ?? 0, endSeconds: endSeconds ?? null };
    });
    return [...new Map(parts.map((part) => [JSON.stringify(part), part])).values()];
  },
  write: (value) =>
    value.map(({ startSeconds, endSeconds }) => ({
      ...(startSeconds === 0 ? {} : { start: writeDuration(startSeconds) }),
      ...(endSeconds === null ? {} : { end: writeDuration(endSeconds) }),
    })),
};

/** Seconds, to the millisecond. */
function readDuration(duration: Duration | undefined, refuse: Refuse): number | undefined {
  if (duration === undefined) return undefined;
  const seconds = Number(duration.seconds) + Math.round(duration.nanos / 1e6) / 1000;
  if (seconds < 0 || duration.nanos < 0) refuse("is negative");
  else if (seconds > mostSectionSeconds) refuse("is more than a week");
  return seconds;
}

function writeDuration(seconds: number): Duration {
  const ms = Math.round(seconds * 1000);
  return { seconds: BigInt(Math.floor(ms / 1000)), nanos: (ms % 1000) * 1e6 };
}
