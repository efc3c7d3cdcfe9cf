import type { StageSettings } from "@dwld/daemon";
import { recordsLive, type Section, type TaskOptions } from "@dwld/queue";

/** The task's wishes for one run. */
export type DownloadRequest = {
  link: string;
  /** Cap on the shorter side of the picture, pixels; 0: best. */
  targetQuality: number;
  options: TaskOptions;
};

/** Leaves room for what yt-dlp appends (".info.json", ".part-Frag12"): a name may have 255 bytes. */
const plainName = "%(title).150B [%(id).40B] %(format_id).20B";

/** Returns the template of file names. Sections get names of their own, or the second would replace the first. */
export function outputTemplate({ sections }: Pick<TaskOptions, "sections">): string {
  return sections.length === 0 ? `${plainName}.%(ext)s` : `${plainName} %(section_start)s-%(section_end)s.%(ext)s`;
}

/** Returns the task's options as arguments; 2025.04.30 knows all of them. */
export function optionArguments(request: DownloadRequest, stage: StageSettings): string[] {
  const { options } = request;
  return [
    ...(options.audioOnly ? soundArguments(options, stage) : pictureArguments(request, stage)),
    ...subtitleArguments(options),
    ...thumbnailArguments(options),
    ...(options.embedMetadata ? ["--embed-metadata", "--no-embed-info-json"] : []),
    ...sponsorblockArguments(options),
    ...sectionArguments(options),
    ...filterArguments(options),
  ];
}

/**
 * Returns arguments that must come after those of the stage: `--embed-metadata` includes chapters unless they are unwanted,
 * and a stage that embeds metadata says that they are.
 */
export function lastArguments(options: TaskOptions, stage: StageSettings): string[] {
  if (options.embedChapters || options.sponsorblockMark.length > 0) return ["--embed-chapters"];
  return options.embedMetadata && stage.embed?.includes("chapters") !== true ? ["--no-embed-chapters"] : [];
}

const soundSelectors = { source: "ba[ext=m4a]/ba/b", best: "ba/b", m4a: "ba[ext=m4a]/ba/b", mp3: "ba/b" } as const;

/** LAME's second-best quality, about 190 kbit/s; yt-dlp's default is the fifth. */
const mp3Quality = "--audio-quality=2";

function soundArguments({ audioFormat }: TaskOptions, stage: StageSettings): string[] {
  const format = `--format=${stage.format ?? soundSelectors[audioFormat]}`;
  switch (audioFormat) {
    case "source":
    case "best":
      return [format, "--extract-audio"];
    case "m4a":
      return [format, "--extract-audio", "--audio-format=m4a"];
    case "mp3":
      return [format, "--extract-audio", "--audio-format=mp3", mp3Quality];
  }
}

/**
 * `res` is the shorter side: the largest not above the cap, else the smallest above it. Of equal pictures H.264 and AAC
 * come first: every telephone plays them.
 */
function pictureArguments({ targetQuality, options }: DownloadRequest, stage: StageSettings): string[] {
  const resolution = targetQuality === 0 ? "res" : `res:${targetQuality}`;
  return [
    ...(stage.format === undefined ? [] : [`--format=${stage.format}`]),
    `--format-sort=${resolution},${stage.sort ?? "vcodec:h264,acodec:aac"}`,
    ...containerArguments(options, stage.container),
  ];
}

/** Other containers become Matroska: in WebM, FLV and others yt-dlp cannot embed a thumbnail and drops subtitles silently. */
const embeddable = "mp4>mp4/m4v>mp4/mov>mov/mkv";

function containerArguments(options: TaskOptions, container: StageSettings["container"]): string[] {
  if (container !== undefined) return [`--merge-output-format=${container}`, `--remux-video=${container}`];
  const embeds = options.thumbnail === "embedded" || (options.subtitleLanguages.length > 0 && subtitlesInside(options));
  return ["--merge-output-format=mp4/mkv", ...(embeds ? [`--remux-video=${embeddable}`] : [])];
}

function subtitlesInside({ subtitlePlacement, audioOnly }: TaskOptions): boolean {
  return subtitlePlacement === "embedded" || (subtitlePlacement === "default" && !audioOnly);
}

function subtitleArguments(options: TaskOptions): string[] {
  if (options.subtitleLanguages.length === 0) return [];
  return [
    "--write-subs",
    ...(options.automaticSubtitles ? ["--write-auto-subs"] : []),
    `--sub-langs=${options.subtitleLanguages.map(languagePattern).join(",")}`,
    "--sub-format=vtt/srt/best",
    // no-keep-subs removes the files of --write-subs. --embed-subs alone would leave out one of both kinds.
    ...(subtitlesInside(options) ? ["--embed-subs", "--compat-options=no-keep-subs"] : []),
  ];
}

/**
 * Returns the pattern for a language. yt-dlp matches it, ignoring case, against a site's whole tag. A language includes its
 * variants by country and script ("en-US", "zh-Hans"), but no machine translations ("en-de").
 */
function languagePattern(language: string): string {
  return language.includes("-") ? language : `${language}(?-i:-[A-Z][A-Z]|-[A-Z][a-z][a-z][a-z])?`;
}

function thumbnailArguments({ thumbnail }: TaskOptions): string[] {
  switch (thumbnail) {
    case "none":
      return [];
    case "embedded":
      return ["--embed-thumbnail"];
    case "file":
      return ["--write-thumbnail", "--convert-thumbnails=jpg"];
  }
}

function sponsorblockArguments({ sponsorblockRemove, sponsorblockMark }: TaskOptions): string[] {
  return [
    ...(sponsorblockRemove.length === 0 ? [] : [`--sponsorblock-remove=${sponsorblockRemove.join(",")}`]),
    ...(sponsorblockMark.length === 0 ? [] : [`--sponsorblock-mark=${sponsorblockMark.join(",")}`]),
  ];
}

/** An exact cut needs a new key frame, so the section is encoded again; only if encoding was requested. */
function sectionArguments({ sections, sponsorblockRemove, recode }: TaskOptions): string[] {
  const cuts = sections.length > 0 || sponsorblockRemove.length > 0;
  return [
    ...sections.map((section) => `--download-sections=*${section.startSeconds}-${endOf(section)}`),
    ...(cuts && recode === "mp4" ? ["--force-keyframes-at-cuts"] : []),
  ];
}

function endOf({ endSeconds }: Section): string {
  return endSeconds === null ? "inf" : String(endSeconds);
}

/** Returns the filters. yt-dlp leaves other videos alone and exits with 0, without a file. */
function filterArguments(options: TaskOptions): string[] {
  return [
    ...(options.uploadedAfter === "" ? [] : [`--dateafter=${options.uploadedAfter.replaceAll("-", "")}`]),
    ...(options.uploadedBefore === "" ? [] : [`--datebefore=${options.uploadedBefore.replaceAll("-", "")}`]),
    ...(recordsLive(options) ? [] : ["--match-filters=!is_live"]),
    ...(options.liveMode === "record_from_start" ? ["--live-from-start"] : []),
  ];
}
