import type { StageSettings } from "@dwld/daemon";
import { isEmbedding, type TaskOptions, ytdlpArguments } from "@dwld/options";

/** The request of a task for one run. */
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
    ...ytdlpArguments(options),
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

function soundArguments({ audioFormat }: TaskOptions, stage: StageSettings): string[] {
  return [`--format=${stage.format ?? soundSelectors[audioFormat]}`];
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
  return ["--merge-output-format=mp4/mkv", ...(isEmbedding(options) ? [`--remux-video=${embeddable}`] : [])];
}
