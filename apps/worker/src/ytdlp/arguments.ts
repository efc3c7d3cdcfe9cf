import type { StageSettings } from "@dwld/daemon";
import { layout } from "@dwld/layout";
import type { Capabilities } from "./capabilities.ts";
import { javaScriptArguments } from "./javascript-runtime.ts";
import { type DownloadRequest, lastArguments, optionArguments, outputTemplate } from "./option-arguments.ts";
import { stageArguments } from "./stage-arguments.ts";

/** Absolute paths that a run uses. */
export type RunFolders = {
  /** Receives finished files. */
  readonly home: string;
  /** Receives parts. */
  readonly temp: string;
  /** Keeps the code of players, for all tasks. */
  readonly cache: string;
  /** The private copy of the cookies, since yt-dlp writes them back. Used if the stage has cookies. */
  readonly cookies: string;
};

/** How a run is made: by which yt-dlp, stage and folders, and with which marker before its events. */
export type RunSetting = {
  readonly ytdlp: Pick<Capabilities, "options" | "challengeSolver">;
  readonly stage: StageSettings;
  readonly folders: RunFolders;
  readonly marker: string;
  /** Whether the run fetches a small picture of the video. */
  readonly thumbnail?: boolean;
};

/**
 * Arguments of every run. Measured with 2025.04.30 and 2026.10.26.
 *
 * `--ignore-config` alone still loads plugins. `--print` implies quiet, which sends lines of post-processors to stderr.
 * yt-dlp's own retries have no pause by default and ignore Retry-After, which our plugin prints; the queue does long
 * waits.
 */
const always = [
  "--ignore-config",
  "--no-plugin-dirs",
  // Our own plugins and no others.
  `--plugin-dirs=${layout.ytdlpPlugins}`,
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

/** Returns the command line for one video. The link comes last, behind "--", so that it is never taken for an option. */
export function downloadArguments(request: DownloadRequest, setting: RunSetting): string[] {
  const { ytdlp, stage, folders, marker } = setting;
  return [
    ...always,
    "--progress",
    "--progress-delta=0.5",
    ...eventTemplates(marker),
    "--abort-on-unavailable-fragments",
    "--no-playlist",
    // A page with several videos ignores --no-playlist.
    "--playlist-items=:1",
    `--cache-dir=${folders.cache}`,
    `--paths=home:${folders.home}`,
    `--paths=temp:${folders.temp}`,
    `--output=${outputTemplate(request.options)}`,
    // The task's options come behind the stage's: yt-dlp heeds the last.
    ...stageArguments(stage, { link: request.link, cookies: cookiesOf(setting) }),
    ...optionArguments(request, stage),
    ...lastArguments(request.options, stage),
    ...javaScriptArguments(ytdlp),
    ...(setting.thumbnail === true ? thumbnailArguments(marker) : []),
    "--",
    request.link,
  ].filter((argument) => isKnown(argument, ytdlp));
}

export type PlaylistRequest = {
  readonly link: string;
  /** Number of entries to list. */
  readonly items: number;
  /** Whether the days of their upload are needed. */
  readonly days: boolean;
};

/** Returns the command line that lists the entries of a playlist and downloads nothing. */
export function playlistArguments({ link, items, days }: PlaylistRequest, setting: RunSetting): string[] {
  const { ytdlp, stage, folders, marker } = setting;
  return [
    ...always,
    "--flat-playlist",
    "--simulate",
    "--ignore-errors",
    "--yes-playlist",
    `--playlist-items=:${items}`,
    // YouTube's lists tell a day only on request: "3 weeks ago", counted back.
    ...(days && !hasArgumentsFor(stage, "youtubetab") ? ["--extractor-args=youtubetab:approximate_date"] : []),
    `--cache-dir=${folders.cache}`,
    `--print=${marker} {"entry":%(.{title,url,webpage_url,playlist_title,playlist_count,original_url,upload_date,ie_key})j}`,
    ...stageArguments(stage, { link, cookies: cookiesOf(setting) }),
    ...javaScriptArguments(ytdlp),
    "--",
    link,
  ].filter((argument) => argument !== "--no-simulate" && isKnown(argument, ytdlp));
}

/** The plugin thumbnail.py begins before the download, and the end of the run waits for it a moment. */
function thumbnailArguments(marker: string): string[] {
  const plugin = "--use-postprocessor=DwldThumbnail";
  return [`${plugin}:when=before_dl;marker=${marker}`, `${plugin}:when=after_video`];
}

function cookiesOf({ stage, folders }: RunSetting): string | undefined {
  return stage.cookies === undefined ? undefined : folders.cookies;
}

/** Returns whether the stage has arguments for an extractor: yt-dlp heeds only the last ones. */
function hasArgumentsFor({ extractorArgs }: StageSettings, extractor: string): boolean {
  return extractorArgs.some((argument) => argument.toLowerCase().startsWith(`${extractor}:`));
}

/** Options that are left out if the installed version does not know them. */
const droppable = new Set(["--no-plugin-dirs", "--progress-delta"]);

function isKnown(argument: string, { options }: Pick<Capabilities, "options">): boolean {
  const [option = argument] = argument.split("=", 1);
  return !droppable.has(option) || options.has(option);
}

/** An event is one line: the marker, which a site cannot guess, and JSON, which no title can break out of. */
function eventTemplates(marker: string): string[] {
  return [
    `--progress-template=download:${marker} {"format":%(info.format_id)j,"status":%(progress.status)j,"bytes":%(progress.downloaded_bytes)j,"total":%(progress.total_bytes)j,"estimate":%(progress.total_bytes_estimate)j,"speed":%(progress.speed)j,"eta":%(progress.eta)j,"fragment":%(progress.fragment_index)j,"fragments":%(progress.fragment_count)j}`,
    `--progress-template=postprocess:${marker} {"processor":%(progress.postprocessor)j,"status":%(progress.status)j}`,
    `--print=pre_process:${marker} {"found":%(.{upload_date,live_status})j}`,
    `--print=before_dl:${marker} {"video":%(.{id,title,ext,format_id,filesize,filesize_approx,duration,width,height,is_live})j,"widths":%(formats.:.width)j,"heights":%(formats.:.height)j,"codecs":%(formats.:.vcodec)j,"subtitles":%(requested_subtitles.:.ext)j}`,
    `--print=after_move:${marker} {"path":%(filepath)j,"duration":%(duration)j,"start":%(section_start)j,"end":%(section_end)j}`,
  ];
}
