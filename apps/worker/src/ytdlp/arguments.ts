import type { StageSettings } from "@dwld/daemon";
import { stageArguments } from "./stage-arguments.ts";
import type { Capabilities } from "./capabilities.ts";
import type { DownloadRequest } from "./download-request.ts";
import { javaScriptArguments } from "./javascript-runtime.ts";
import { lastArguments, optionArguments, outputTemplate } from "./option-arguments.ts";
import { pluginFolder } from "./plugin-folder.ts";

export type RunPlace = {
  /** Absolute: finished files arrive here. */
  home: string;
  /** Absolute: parts are made here. */
  temp: string;
  /** Lasting, for all tasks: yt-dlp keeps its players' code here. */
  cache: string;
  /** A private copy, since yt-dlp writes it back; undefined where the stage has none. */
  cookies?: string;
};

/**
 * What every run says, whatever it does. Measured with 2025.04.30 and 2026.10.26.
 *
 * `--ignore-config` alone still loads plugins. `--print` implies quiet, and then lines of post-processors go to stderr.
 * yt-dlp's own retries have no pause by default and ignore Retry-After, which our plugin has it tell; long waits
 * are the queue's.
 */
const always = [
  "--ignore-config",
  "--no-plugin-dirs",
  // Nobody's but our own.
  `--plugin-dirs=${pluginFolder}`,
  "--no-colors",
  "--newline",
  "--no-simulate",
  "--output-na-placeholder=null",
  "--socket-timeout=30",
  "--retries=3",
  "--fragment-retries=5",
  "--retry-sleep=exp=1:30",
  "--retry-sleep=fragment:exp=1:30",
];

/** The command line for one video. The link comes last, behind "--", so that none is taken for an option. */
export function downloadArguments(
  request: DownloadRequest,
  stage: StageSettings,
  place: RunPlace,
  capabilities: Capabilities,
  marker: string,
): string[] {
  return [
    ...always,
    "--progress",
    "--progress-delta=0.5",
    ...progressTemplates(marker),
    "--abort-on-unavailable-fragments",
    "--no-playlist",
    // A page of several videos passes --no-playlist.
    "--playlist-items=:1",
    `--cache-dir=${place.cache}`,
    `--paths=home:${place.home}`,
    `--paths=temp:${place.temp}`,
    `--output=${outputTemplate(request.options)}`,
    // What is asked for stands behind what a stage always says: yt-dlp heeds the last.
    ...stageArguments(stage, { link: request.link, cookies: place.cookies }),
    ...optionArguments(request, stage),
    ...lastArguments(request.options, stage),
    ...javaScriptArguments(capabilities),
    "--",
    request.link,
  ].filter((argument) => isKnown(argument, capabilities));
}

/**
 * The command line that lists a playlist's entries and downloads nothing.
 *
 * @param items so many of the list are looked at.
 * @param days whether the days of their upload are wanted.
 */
export function playlistArguments(
  link: string,
  { items, days }: { items: number; days: boolean },
  stage: StageSettings,
  place: RunPlace,
  capabilities: Capabilities,
  marker: string,
): string[] {
  return [
    ...always,
    "--flat-playlist",
    "--simulate",
    "--ignore-errors",
    "--yes-playlist",
    `--playlist-items=:${items}`,
    // YouTube's lists tell a day only when they are asked to: "3 weeks ago", counted back.
    ...(days && !saysOf(stage, "youtubetab") ? ["--extractor-args=youtubetab:approximate_date"] : []),
    `--cache-dir=${place.cache}`,
    `--print=${marker} {"entry":%(.{title,url,webpage_url,playlist_title,original_url,upload_date,ie_key})j}`,
    ...stageArguments(stage, { link, cookies: place.cookies }),
    ...javaScriptArguments(capabilities),
    "--",
    link,
  ].filter((argument) => argument !== "--no-simulate" && isKnown(argument, capabilities));
}

/** Of two arguments for one extractor, yt-dlp heeds the last. */
function saysOf({ extractorArgs }: StageSettings, extractor: string): boolean {
  return extractorArgs.some((argument) => argument.toLowerCase().startsWith(`${extractor}:`));
}

/** Left out where the installed version does not know them. */
const droppable = new Set(["--no-plugin-dirs", "--progress-delta"]);

function isKnown(argument: string, { options }: Capabilities): boolean {
  const [option = argument] = argument.split("=", 1);
  return !droppable.has(option) || options.has(option);
}

/** Each event is one line: the marker, which a site cannot guess, and JSON, which no title can break out of. */
function progressTemplates(marker: string): string[] {
  return [
    `--progress-template=download:${marker} {"format":%(info.format_id)j,"status":%(progress.status)j,"bytes":%(progress.downloaded_bytes)j,"total":%(progress.total_bytes)j,"estimate":%(progress.total_bytes_estimate)j,"speed":%(progress.speed)j,"eta":%(progress.eta)j,"fragment":%(progress.fragment_index)j,"fragments":%(progress.fragment_count)j}`,
    `--progress-template=postprocess:${marker} {"processor":%(progress.postprocessor)j,"status":%(progress.status)j}`,
    `--print=pre_process:${marker} {"found":%(.{upload_date,live_status})j}`,
    `--print=before_dl:${marker} {"video":%(.{id,title,ext,format_id,filesize,filesize_approx,duration,width,height,is_live})j,"widths":%(formats.:.width)j,"heights":%(formats.:.height)j,"codecs":%(formats.:.vcodec)j,"subtitles":%(requested_subtitles.:.ext)j}`,
    `--print=after_move:${marker} {"path":%(filepath)j,"duration":%(duration)j,"start":%(section_start)j,"end":%(section_end)j}`,
  ];
}
