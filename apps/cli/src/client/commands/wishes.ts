import type { MessageInitShape } from "@bufbuild/protobuf";
import { durationFromMs } from "@bufbuild/protobuf/wkt";
import { type Command, InvalidArgumentError, Option } from "commander";
import { AudioFormat, LiveMode, Placement, Recode, type TaskOptions, type TaskOptionsSchema } from "@dwld/rpc";
import { readMoment } from "../arguments/moment.ts";
import { readSection, type SectionSpan } from "../arguments/section.ts";
import { countArgument, wordsArgument } from "./argument-readers.ts";

const AUDIO_FORMATS = { best: AudioFormat.BEST, m4a: AudioFormat.M4A, mp3: AudioFormat.MP3 } as const;
const PLACEMENTS = { embed: Placement.EMBEDDED, file: Placement.FILE } as const;
const LIVE_MODES = {
  refuse: LiveMode.REFUSE,
  record: LiveMode.RECORD,
  "from-start": LiveMode.RECORD_FROM_START,
} as const;

/** What a person may want beside the video itself. */
export type Wishes = {
  audio?: true;
  audioFormat?: keyof typeof AUDIO_FORMATS;
  recode?: true;
  section?: SectionSpan[];
  subtitles?: string[];
  autoSubtitles?: true;
  subtitlesAs?: keyof typeof PLACEMENTS;
  thumbnail?: keyof typeof PLACEMENTS;
  chapters?: true;
  metadata?: true;
  sponsorblockRemove?: string[];
  sponsorblockMark?: string[];
  playlist?: true;
  limit?: number;
  uploadedAfter?: string;
  uploadedBefore?: string;
  live?: keyof typeof LIVE_MODES;
};

/** Adds their options to a command, in groups of its help. */
export function withWishes(command: Command): Command {
  return command
    .optionsGroup("Picture and sound:")
    .option("--audio", "the sound alone; without --audio-format nothing is encoded again")
    .addOption(choice("--audio-format <format>", "with --audio: best is whatever the site has best", AUDIO_FORMATS))
    .option("--recode", "encode what is not MP4 with H.264 and AAC, which takes long; cuts are then exact")
    .option(
      "--section <start-end>",
      "this part alone, as a file of its own: 1:30-2:00, 10:00-, -30; may be given 20 times",
      sectionArgument,
    )
    .optionsGroup("Beside the video:")
    .option("--subtitles <languages>", "subtitles, where the site has them: en,ru", wordsArgument)
    .option("--auto-subtitles", "with --subtitles: those that a machine wrote, where there are no others")
    .addOption(
      choice("--subtitles-as <how>", "in the video, unless asked, or beside it, as always with --audio", PLACEMENTS),
    )
    .addOption(choice("--thumbnail <how>", "the thumbnail: in the file, or beside it", PLACEMENTS))
    .option("--chapters", "chapters in the file")
    .option("--metadata", "title, uploader, date and description as tags of the file")
    .option(
      "--sponsorblock-remove <categories>",
      "cut out what SponsorBlock's users marked: sponsor,intro",
      wordsArgument,
    )
    .option("--sponsorblock-mark <categories>", "make chapters of it", wordsArgument)
    .optionsGroup("Playlists, channels and live streams:")
    .option("--playlist", "every entry of a playlist or channel, as a task of its own")
    .option("--limit <n>", "with --playlist: at most so many entries", countArgument)
    .option("--uploaded-after <day>", "what was uploaded on this day or later: 2026-01-31", dayArgument)
    .option("--uploaded-before <day>", "what was uploaded on this day or before", dayArgument)
    .addOption(choice("--live <what>", "what becomes of a live stream; unless asked it is refused", LIVE_MODES));
}

function choice(flags: string, description: string, choices: Readonly<Record<string, unknown>>): Option {
  return new Option(flags, description).choices(Object.keys(choices));
}

/** "1:30-2:00"; the option may be given several times. */
function sectionArgument(text: string, before: SectionSpan[] = []): SectionSpan[] {
  const section = readSection(text);
  if (section === undefined) throw new InvalidArgumentError("It must be like 1:30-2:00, 90-120, 10:00- or -30.");
  return [...before, section];
}

function dayArgument(text: string): string {
  const isDay = /^\d{4}-\d\d-\d\d$/.test(text) && readMoment(text, 0) !== undefined;
  if (!isDay) throw new InvalidArgumentError("It must be a day such as 2026-01-31.");
  return text;
}

/** What cannot be meant, in words; undefined where all can. All the rest is the api's to say. */
export function contradiction(wishes: Wishes): string | undefined {
  const { audio, audioFormat, subtitles, section } = wishes;
  const rules: [boolean, string][] = [
    [wishes.limit !== undefined && wishes.playlist === undefined, "--limit goes with --playlist"],
    [audioFormat !== undefined && audio === undefined, "--audio-format goes with --audio"],
    [audio === true && wishes.recode === true, "--recode is about the picture, and --audio has none"],
    [wishes.autoSubtitles === true && subtitles === undefined, "--auto-subtitles goes with --subtitles"],
    [wishes.subtitlesAs !== undefined && subtitles === undefined, "--subtitles-as goes with --subtitles"],
    [audio === true && wishes.subtitlesAs === "embed", "subtitles are not embedded into --audio"],
    [section !== undefined && subtitles !== undefined, "--section cannot cut --subtitles"],
    [section !== undefined && wishes.chapters === true, "--section cannot cut --chapters"],
    [section !== undefined && wishes.live !== undefined && wishes.live !== "refuse", "--live has no --section"],
    [
      section !== undefined && (wishes.sponsorblockRemove !== undefined || wishes.sponsorblockMark !== undefined),
      "SponsorBlock is about the whole video, and --section is not",
    ],
  ];
  return rules.find(([broken]) => broken)?.[1];
}

type OptionsInit = Exclude<MessageInitShape<typeof TaskOptionsSchema>, TaskOptions>;

/** The same as the contract says it. */
export function optionsOf(wishes: Wishes): OptionsInit {
  return {
    audioOnly: wishes.audio ?? false,
    ...(wishes.audioFormat && { audioFormat: AUDIO_FORMATS[wishes.audioFormat] }),
    ...(wishes.recode && { recode: Recode.MP4 }),
    sections: (wishes.section ?? []).map(({ startMs, endMs }) => ({
      ...(startMs === undefined ? {} : { start: durationFromMs(startMs) }),
      ...(endMs === undefined ? {} : { end: durationFromMs(endMs) }),
    })),
    subtitleLanguages: wishes.subtitles ?? [],
    automaticSubtitles: wishes.autoSubtitles ?? false,
    ...(wishes.subtitlesAs && { subtitlePlacement: PLACEMENTS[wishes.subtitlesAs] }),
    ...(wishes.thumbnail && { thumbnail: PLACEMENTS[wishes.thumbnail] }),
    embedChapters: wishes.chapters ?? false,
    embedMetadata: wishes.metadata ?? false,
    sponsorblockRemove: wishes.sponsorblockRemove ?? [],
    sponsorblockMark: wishes.sponsorblockMark ?? [],
    playlist: wishes.playlist ?? false,
    playlistLimit: wishes.limit ?? 0,
    uploadedAfter: wishes.uploadedAfter ?? "",
    uploadedBefore: wishes.uploadedBefore ?? "",
    ...(wishes.live && { liveMode: LIVE_MODES[wishes.live] }),
  };
}
