import type { TaskOptions } from "@dwld/queue";
import type { StageSettings } from "@dwld/daemon";
import type { Capabilities } from "./capabilities.ts";

export type DownloadRequest = {
  link: string;
  /** Cap on the shorter side in pixels; 0: best. */
  targetQuality: number;
  options: TaskOptions;
};

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

/** yt-dlp lengthens what it writes beside a file (".info.json", ".part-Frag12"): 255 bytes are the limit of a name. */
const outputTemplate = "%(title).150B [%(id).40B] %(format_id).20B.%(ext)s";

/**
 * What every run says, whatever it does. Measured with 2025.04.30 and 2026.10.26.
 *
 * `--ignore-config` alone still loads plugins. `--print` implies quiet, and then lines of post-processors go to stderr.
 * yt-dlp's own retries have no pause by default and ignore Retry-After; long waits are the queue's.
 */
const always = [
  "--ignore-config",
  "--no-plugin-dirs",
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
  const known = (option: string) => capabilities.options.has(option.split("=", 1)[0] ?? option);
  return [
    ...always,
    "--progress",
    "--progress-delta=0.5",
    ...progressTemplates(marker),
    "--abort-on-unavailable-fragments",
    "--no-playlist",
    // A page of several videos passes --no-playlist.
    "--playlist-items=:1",
    "--match-filters=!is_live",
    `--cache-dir=${place.cache}`,
    `--paths=home:${place.home}`,
    `--paths=temp:${place.temp}`,
    `--output=${outputTemplate}`,
    ...formatArguments(request, stage),
    ...stageArguments(stage, place),
    ...javaScriptRuntime(capabilities),
    "--",
    request.link,
  ].filter((argument) => !droppable.has(argument.split("=", 1)[0] ?? argument) || known(argument));
}

/** The command line that lists a playlist's entries and downloads nothing. */
export function playlistArguments(
  link: string,
  limit: number,
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
    `--playlist-items=:${limit}`,
    `--cache-dir=${place.cache}`,
    `--print=${marker} {"entry":%(.{id,title,url,webpage_url,playlist_title,original_url})j}`,
    ...stageArguments(stage, place),
    ...javaScriptRuntime(capabilities),
    "--",
    link,
  ].filter(
    (argument) => argument !== "--no-simulate" && (!droppable.has(argument) || capabilities.options.has(argument)),
  );
}

/** Left out where the installed version does not know them. */
const droppable = new Set(["--no-plugin-dirs", "--progress-delta", "--js-runtimes"]);

/** Each event is one line: the marker, which a site cannot guess, and JSON, which no title can break out of. */
function progressTemplates(marker: string): string[] {
  return [
    `--progress-template=download:${marker} {"format":%(info.format_id)j,"status":%(progress.status)j,"bytes":%(progress.downloaded_bytes)j,"total":%(progress.total_bytes)j,"estimate":%(progress.total_bytes_estimate)j,"speed":%(progress.speed)j,"eta":%(progress.eta)j,"fragment":%(progress.fragment_index)j,"fragments":%(progress.fragment_count)j}`,
    `--progress-template=postprocess:${marker} {"processor":%(progress.postprocessor)j,"status":%(progress.status)j}`,
    `--print=before_dl:${marker} {"video":%(.{id,title,ext,format_id,filesize,filesize_approx,duration,width,height})j,"widths":%(formats.:.width)j,"heights":%(formats.:.height)j}`,
    `--print=after_move:${marker} {"path":%(filepath)j}`,
  ];
}

/** `res` is the shorter side: the largest not above the cap, else the smallest above it. */
function formatArguments({ targetQuality, options }: DownloadRequest, stage: StageSettings): string[] {
  const subtitles =
    options.subtitleLanguages.length === 0
      ? []
      : ["--write-subs", `--sub-langs=${options.subtitleLanguages.join(",")}`, "--embed-subs"];
  if (options.audioOnly) return [`--format=${stage.format ?? "ba[ext=m4a]/ba/b"}`, "--extract-audio", ...subtitles];
  const resolution = targetQuality === 0 ? "res" : `res:${targetQuality}`;
  return [
    ...(stage.format === undefined ? [] : [`--format=${stage.format}`]),
    `--format-sort=${stage.sort ?? `${resolution},vcodec:h264,acodec:aac`}`,
    "--merge-output-format=mp4/mkv",
    ...subtitles,
  ];
}

function stageArguments(stage: StageSettings, place: RunPlace): string[] {
  return [
    ...stage.extractorArgs.map((value) => `--extractor-args=${value}`),
    ...(place.cookies === undefined ? [] : [`--cookies=${place.cookies}`]),
    ...stage.arguments,
  ];
}

/** YouTube's extractor wants one since 2025.11; Node is here anyway. */
function javaScriptRuntime(capabilities: Capabilities): string[] {
  return capabilities.options.has("--js-runtimes") ? [`--js-runtimes=node:${process.execPath}`] : [];
}
