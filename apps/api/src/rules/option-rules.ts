import type { Duration } from "@bufbuild/protobuf/wkt";
import {
  defaultOptions,
  markableCategories,
  type Section,
  type SponsorblockCategory,
  sponsorblockCategories,
  type TaskOptions,
} from "@dwld/queue";
import { z } from "zod";
import { audioFormats, type Choices, liveModes, recodes, subtitlePlacements, thumbnails } from "./option-choices.ts";

/** What may be wanted beside the video itself; each message goes on after the field's name. */

const limits = {
  subtitleLanguages: 10,
  playlistEntries: 1000,
  sections: 20,
  sectionSeconds: 7 * 24 * 60 * 60,
} as const;

/** RFC 5646, as far as yt-dlp tells languages apart. */
const languageTag = z
  .string()
  .regex(/^[A-Za-z]{2,3}(-[A-Za-z0-9]{1,8}){0,4}$/, 'is no language tag, such as "en" or "pt-BR"');

/** One of an enum's values, in the queue's own words; a number that a newer client knows is none. */
function choice<Word>(choices: Choices<number, Word>) {
  return z.number().transform((value, context): Word => {
    const known = choices.find(([wire]) => wire === value);
    if (known !== undefined) return known[1];
    context.addIssue({ code: "custom", message: `is none of ${choices.map(([, , name]) => name).join(", ")}` });
    return z.NEVER;
  });
}

const removable: readonly string[] = sponsorblockCategories;
const markable: readonly string[] = [...sponsorblockCategories, ...markableCategories];

function categories(allowed: readonly string[]) {
  return z
    .array(z.string().refine((word) => allowed.includes(word), `is none of ${allowed.join(", ")}`))
    .transform((words) => [...new Set(words)] as SponsorblockCategory[]);
}

/** In seconds, to the millisecond; google.protobuf.Duration may be negative. */
const secondsOf = z.custom<Duration>().transform(({ seconds, nanos }, context) => {
  const value = Number(seconds) + Math.round(nanos / 1e6) / 1000;
  const wrong =
    value < 0 || nanos < 0 ? "is negative" : value > limits.sectionSeconds ? "is more than a week" : undefined;
  if (wrong !== undefined) context.addIssue({ code: "custom", message: wrong });
  return value;
});

const section = z
  .object({ start: secondsOf.optional(), end: secondsOf.optional() })
  .transform(({ start, end }, context): Section => {
    if (start === undefined && end === undefined)
      context.addIssue({ code: "custom", message: "names neither a start nor an end" });
    else if (end !== undefined && end <= (start ?? 0))
      context.addIssue({ code: "custom", path: ["end"], message: "is not after the start" });
    return { startSeconds: start ?? 0, endSeconds: end ?? null };
  });

const sections = z
  .array(section)
  .max(limits.sections, `has more than ${limits.sections} parts`)
  .transform((parts) => [...new Map(parts.map((part) => [JSON.stringify(part), part])).values()]);

/** A day of the calendar, as ISO 8601 writes it. */
const calendar = z.iso.date();
const day = z
  .string()
  .refine((text) => text === "" || calendar.safeParse(text).success, 'is no day, such as "2026-01-31"');

const fields = z.object({
  audioOnly: z.boolean(),
  audioFormat: choice(audioFormats),
  subtitleLanguages: z
    .array(languageTag)
    .max(limits.subtitleLanguages, `has more than ${limits.subtitleLanguages} languages`)
    .transform((languages) => [...new Set(languages)]),
  automaticSubtitles: z.boolean(),
  subtitlePlacement: choice(subtitlePlacements),
  thumbnail: choice(thumbnails),
  embedChapters: z.boolean(),
  embedMetadata: z.boolean(),
  sponsorblockRemove: categories(removable),
  sponsorblockMark: categories(markable),
  sections,
  playlist: z.boolean(),
  playlistLimit: z.number().max(limits.playlistEntries, `is more than ${limits.playlistEntries}`),
  uploadedAfter: day,
  uploadedBefore: day,
  liveMode: choice(liveModes),
  recode: choice(recodes),
});

type Contradiction = readonly [field: keyof TaskOptions, wrong: (options: TaskOptions) => boolean, words: string];

/** What two options together may not say. */
const contradictions: readonly Contradiction[] = [
  ["audioFormat", ({ audioFormat, audioOnly }) => audioFormat !== "source" && !audioOnly, "goes with audio_only"],
  ["recode", ({ recode, audioOnly }) => recode === "mp4" && audioOnly, "is about the picture: not with audio_only"],
  [
    "subtitlePlacement",
    ({ subtitlePlacement, audioOnly }) => subtitlePlacement === "embedded" && audioOnly,
    "cannot be EMBEDDED with audio_only: ask for FILE",
  ],
  [
    "subtitlePlacement",
    ({ subtitlePlacement, subtitleLanguages }) => subtitlePlacement !== "default" && subtitleLanguages.length === 0,
    "goes with subtitle_languages",
  ],
  [
    "automaticSubtitles",
    ({ automaticSubtitles, subtitleLanguages }) => automaticSubtitles && subtitleLanguages.length === 0,
    "goes with subtitle_languages",
  ],
  [
    "uploadedBefore",
    ({ uploadedAfter, uploadedBefore }) => uploadedBefore !== "" && uploadedBefore < uploadedAfter,
    "is before uploaded_after",
  ],
  [
    "subtitleLanguages",
    ({ subtitleLanguages, sections: parts }) => subtitleLanguages.length > 0 && parts.length > 0,
    "cannot be cut: not with sections",
  ],
  [
    "embedChapters",
    ({ embedChapters, sections: parts }) => embedChapters && parts.length > 0,
    "cannot be cut: not with sections",
  ],
  [
    "sponsorblockRemove",
    ({ sponsorblockRemove, sections: parts }) => sponsorblockRemove.length > 0 && parts.length > 0,
    "is about the whole video: not with sections",
  ],
  [
    "sponsorblockMark",
    ({ sponsorblockMark, sections: parts }) => sponsorblockMark.length > 0 && parts.length > 0,
    "is about the whole video: not with sections",
  ],
  [
    "sponsorblockMark",
    ({ sponsorblockMark, sponsorblockRemove }) => sponsorblockMark.some((word) => sponsorblockRemove.includes(word)),
    "marks what sponsorblock_remove removes",
  ],
  [
    "liveMode",
    ({ liveMode, sections: parts }) => liveMode !== "refuse" && parts.length > 0,
    "cannot record sections: a live stream has no time of its own",
  ],
];

export const optionRules = fields
  .check(({ value, issues }) => {
    for (const [field, wrong, message] of contradictions)
      if (wrong(value)) issues.push({ code: "custom", input: value, path: [field], message });
  })
  .optional()
  .transform((given): TaskOptions => given ?? defaultOptions);
