import {
  type Category,
  choice,
  count,
  day,
  flag,
  languages,
  markable,
  removable,
  type Section,
  sections,
} from "./kinds.ts";
import { goesWithSubtitles, hasSections, isNotCut, isOfTheWhole } from "./conflicts.ts";
import { languagePattern } from "./language-pattern.ts";
import type { Row, Rows } from "./row.ts";
import { timeText } from "./section-text.ts";

/** The options of a task: what a person can ask for beside the video itself. */
export type TaskOptions = {
  readonly audioOnly: boolean;
  /** `source`: as the site has it, m4a first; `best`: whatever is best; neither is encoded again. */
  readonly audioFormat: "source" | "best" | "m4a" | "mp3";
  /** Empty: the whole video. */
  readonly sections: readonly Section[];
  readonly recode: "never" | "mp4";
  readonly subtitleLanguages: readonly string[];
  /** Whether subtitles that a machine wrote are taken, too. */
  readonly automaticSubtitles: boolean;
  /** `default`: embedded into a video, beside a sound. */
  readonly subtitlePlacement: "default" | "embedded" | "file";
  readonly thumbnail: "none" | "embedded" | "file";
  readonly embedChapters: boolean;
  readonly embedMetadata: boolean;
  readonly sponsorblockRemove: readonly Category[];
  readonly sponsorblockMark: readonly Category[];
  readonly playlist: boolean;
  /** 0: the server's limit. */
  readonly playlistLimit: number;
  /** Days in UTC, "2026-01-31", each included; empty: no limit. */
  readonly uploadedAfter: string;
  readonly uploadedBefore: string;
  readonly liveMode: "refuse" | "record" | "record_from_start";
};

/** Rows of any kind: `optionTable`, and in tests a table with a row more. */
// oxlint-disable-next-line typescript/no-explicit-any -- each row reads and writes a field of its own type
export type OptionTable = Readonly<Record<string, Row<any, any, TaskOptions>>>;

const placed = { embed: "embedded", file: "file" } as const;
const cutsExactly = "--force-keyframes-at-cuts";
/** The options in the order of the help and of `dwld show`. A row's name is that of the contract's field, in camelCase. */
export const optionTable = {
  audioOnly: {
    ...flag,
    cli: {
      group: "Picture and sound:",
      flags: "--audio",
      help: "the sound alone; without --audio-format nothing is encoded again",
    },
    words: (_, { audioFormat }) =>
      `audio only${{ source: "", best: ", the best", m4a: " as M4A", mp3: " as MP3" }[audioFormat]}`,
    ytdlp: () => ["--extract-audio"],
    rewrites: true,
  },
  audioFormat: {
    ...choice("source", "best", "m4a", "mp3"),
    cli: {
      flags: "--audio-format <format>",
      help: "with --audio: best is whatever the site has best",
      values: { best: "best", m4a: "m4a", mp3: "mp3" },
    },
    conflicts: [
      [({ audioOnly }) => !audioOnly, { en: "goes with {audioOnly}", ru: "бывает только вместе с {audioOnly}" }],
    ],
    // LAME's second-best quality, about 190 kbit/s; yt-dlp's default is the fifth.
    ytdlp: (format) =>
      ({ source: [], best: [], m4a: ["--audio-format=m4a"], mp3: ["--audio-format=mp3", "--audio-quality=2"] })[format],
  },
  sections: {
    ...sections,
    cli: {
      flags: "--section <start-end>",
      help: "this part alone, as a file of its own: 1:30-2:00, 10:00-, -30; may be given 20 times",
    },
    words: (parts) =>
      parts
        .map(
          (part) =>
            `from ${timeText(part.startSeconds) || "the beginning"} to ${timeText(part.endSeconds) || "the end"}`,
        )
        .join(", "),
    ytdlp: (parts, { recode }) => [
      ...parts.map(({ startSeconds, endSeconds }) => `--download-sections=*${startSeconds}-${endSeconds ?? "inf"}`),
      // An exact cut needs a new key frame, so the section is encoded again.
      ...(recode === "mp4" ? [cutsExactly] : []),
    ],
    seconds: ({ startSeconds = 0, announcedSeconds, endSeconds = announcedSeconds }) =>
      endSeconds === undefined ? undefined : Math.max(0, endSeconds - startSeconds),
  },
  recode: {
    ...choice("never", "never", "mp4"),
    cli: {
      flags: "--recode",
      help: "encode what is not MP4 with H.264 and AAC, which takes long; cuts are then exact",
      value: "mp4",
    },
    conflicts: [
      [
        ({ audioOnly }) => audioOnly,
        { en: "is about the picture: not with {audioOnly}", ru: "касается изображения и несовместимо с {audioOnly}" },
      ],
    ],
    words: () => "encoded as H.264 in MP4",
    rewrites: true,
  },
  subtitleLanguages: {
    ...languages,
    cli: {
      group: "Beside the video:",
      flags: "--subtitles <languages>",
      help: "subtitles, if the site has them: en,ru",
    },
    conflicts: [isNotCut],
    words: (tags, { automaticSubtitles, subtitlePlacement }) =>
      `subtitles ${tags.join(", ")}${automaticSubtitles ? ", a machine's too" : ""}${{ default: "", embedded: " embedded", file: " beside it" }[subtitlePlacement]}`,
    ytdlp: (tags, options) => [
      "--write-subs",
      ...(options.automaticSubtitles ? ["--write-auto-subs"] : []),
      `--sub-langs=${tags.map(languagePattern).join(",")}`,
      "--sub-format=vtt/srt/best",
      // no-keep-subs removes the files of --write-subs. --embed-subs alone would leave out one of both kinds.
      ...(subtitlesInside(options) ? ["--embed-subs", "--compat-options=no-keep-subs"] : []),
    ],
    embeds: (_, options) => subtitlesInside(options),
    extra: {
      en: "subtitles",
      ru: "субтитры",
      instead: { subtitlePlacement: "file" },
      unless: ({ subtitlePlacement }) => subtitlePlacement === "file",
    },
  },
  automaticSubtitles: {
    ...flag,
    cli: {
      flags: "--auto-subtitles",
      help: "with --subtitles: those that a machine wrote, if there are no others",
    },
    conflicts: [goesWithSubtitles],
  },
  subtitlePlacement: {
    ...choice("default", "embedded", "file"),
    cli: {
      flags: "--subtitles-as <how>",
      help: "in the video (default), or beside it, as always with --audio",
      values: placed,
    },
    conflicts: [
      [
        ({ audioOnly, subtitlePlacement }) => audioOnly && subtitlePlacement === "embedded",
        {
          en: "cannot be {=embedded} with {audioOnly}: ask for {=file}",
          ru: "не может быть {=embedded} вместе с {audioOnly}: выберите {=file}",
        },
      ],
      goesWithSubtitles,
    ],
  },
  thumbnail: {
    ...choice("none", "embedded", "file"),
    cli: { flags: "--thumbnail <how>", help: "the thumbnail: in the file, or beside it", values: placed },
    words: (how) => `thumbnail ${how === "file" ? "beside it" : "embedded"}`,
    ytdlp: (how) => (how === "embedded" ? ["--embed-thumbnail"] : ["--write-thumbnail", "--convert-thumbnails=jpg"]),
    embeds: (how) => how === "embedded",
    // The thumbnail itself may be what is broken, so it is left out, and not put beside the video.
    extra: { en: "thumbnail", ru: "обложку", instead: { thumbnail: "none" } },
  },
  embedChapters: {
    ...flag,
    cli: { flags: "--chapters", help: "chapters in the file" },
    conflicts: [isNotCut],
    words: () => "chapters",
    rewrites: true,
    extra: { en: "chapters", ru: "главы", instead: { embedChapters: false } },
  },
  embedMetadata: {
    ...flag,
    cli: { flags: "--metadata", help: "title, uploader, date and description as tags of the file" },
    words: () => "metadata",
    ytdlp: () => ["--embed-metadata", "--no-embed-info-json"],
    rewrites: true,
    extra: { en: "metadata", ru: "метаданные", instead: { embedMetadata: false } },
  },
  sponsorblockRemove: {
    ...removable,
    cli: {
      flags: "--sponsorblock-remove <categories>",
      help: "cut out what SponsorBlock's users marked: sponsor,intro",
    },
    conflicts: [isOfTheWhole],
    words: (categories) => `without ${categories.join(", ")}`,
    ytdlp: (categories, { recode }) => [
      `--sponsorblock-remove=${categories.join(",")}`,
      ...(recode === "mp4" ? [cutsExactly] : []),
    ],
    rewrites: true,
    seconds: ({ cutSeconds }) => cutSeconds,
  },
  sponsorblockMark: {
    ...markable,
    cli: { flags: "--sponsorblock-mark <categories>", help: "make chapters of what they marked" },
    conflicts: [
      isOfTheWhole,
      [
        ({ sponsorblockMark, sponsorblockRemove }) =>
          sponsorblockMark.some((each) => sponsorblockRemove.includes(each)),
        { en: "marks what {sponsorblockRemove} removes", ru: "отмечает то, что вырезает {sponsorblockRemove}" },
      ],
    ],
    words: (categories) => `with chapters for ${categories.join(", ")}`,
    ytdlp: (categories) => [`--sponsorblock-mark=${categories.join(",")}`],
    rewrites: true,
  },
  playlist: {
    ...flag,
    cli: {
      group: "Playlists, channels and live streams:",
      flags: "--playlist",
      help: "every entry of a playlist or channel, as a task of its own",
    },
    words: (_, { playlistLimit }) =>
      `the whole playlist${playlistLimit === 0 ? "" : `, at most ${playlistLimit} entries`}`,
  },
  playlistLimit: {
    ...count(1000),
    cli: { flags: "--limit <n>", help: "with --playlist: at most this number of entries", with: "playlist" },
  },
  uploadedAfter: {
    ...day,
    cli: { flags: "--uploaded-after <day>", help: "what was uploaded on this day or later: 2026-01-31" },
    words: (first) => `uploaded on ${first} or later`,
    ytdlp: (first) => [`--dateafter=${first.replaceAll("-", "")}`],
  },
  uploadedBefore: {
    ...day,
    cli: { flags: "--uploaded-before <day>", help: "what was uploaded on this day or before" },
    conflicts: [
      [
        ({ uploadedAfter, uploadedBefore }) => uploadedBefore < uploadedAfter,
        { en: "is before {uploadedAfter}", ru: "раньше, чем {uploadedAfter}" },
      ],
    ],
    words: (last) => `uploaded on ${last} or before`,
    ytdlp: (last) => [`--datebefore=${last.replaceAll("-", "")}`],
  },
  liveMode: {
    ...choice("refuse", "refuse", "record", "record_from_start"),
    cli: {
      flags: "--live <what>",
      help: "what becomes of a live stream; default: refuse",
      values: { refuse: "refuse", record: "record", "from-start": "record_from_start" },
    },
    conflicts: [
      [
        hasSections,
        {
          en: "cannot record {sections}: a live stream has no time of its own",
          ru: "несовместимо с {sections}: у прямого эфира нет своего времени",
        },
      ],
    ],
    words: (mode) => `recorded ${mode === "record" ? "" : "from the start "}where it is live`,
    ytdlp: (mode) => (mode === "record_from_start" ? ["--live-from-start"] : []),
    ytdlpDefault: ["--match-filters=!is_live"],
  },
} satisfies Rows<TaskOptions>;

function subtitlesInside({ subtitlePlacement, audioOnly }: TaskOptions): boolean {
  return subtitlePlacement === "embedded" || (subtitlePlacement === "default" && !audioOnly);
}
