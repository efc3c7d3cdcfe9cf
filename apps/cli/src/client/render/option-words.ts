import { type Duration, durationMs } from "@bufbuild/protobuf/wkt";
import { AudioFormat, LiveMode, Placement, Recode, type Section, type TaskOptions } from "@dwld/rpc";
import { oneLine } from "@dwld/text";
import { runningTimeText } from "./quantities.ts";

/** What was wanted beside the video itself, in words. */
export function optionWords(options: TaskOptions): string[] {
  return [
    options.audioOnly ? `audio only${audioFormat(options.audioFormat)}` : "",
    options.sections.map(sectionText).join(", "),
    options.recode === Recode.MP4 ? "encoded as H.264 in MP4" : "",
    subtitles(options),
    placed("thumbnail", options.thumbnail),
    options.embedChapters ? "chapters" : "",
    options.embedMetadata ? "metadata" : "",
    listed("without", options.sponsorblockRemove),
    listed("with chapters for", options.sponsorblockMark),
    options.playlist ? `the whole playlist${limit(options.playlistLimit)}` : "",
    options.uploadedAfter === "" ? "" : `uploaded on ${oneLine(options.uploadedAfter)} or later`,
    options.uploadedBefore === "" ? "" : `uploaded on ${oneLine(options.uploadedBefore)} or before`,
    options.liveMode === LiveMode.RECORD ? "recorded where it is live" : "",
    options.liveMode === LiveMode.RECORD_FROM_START ? "recorded from the start where it is live" : "",
  ].filter((part) => part !== "");
}

function audioFormat(format: AudioFormat): string {
  if (format === AudioFormat.UNSPECIFIED) return "";
  return format === AudioFormat.BEST ? ", the best" : ` as ${format === AudioFormat.MP3 ? "MP3" : "M4A"}`;
}

function sectionText({ start, end }: Section): string {
  const from = start === undefined ? "the beginning" : timeText(start);
  return `from ${from} to ${end === undefined ? "the end" : timeText(end)}`;
}

function timeText(time: Duration): string {
  const ms = durationMs(time);
  const rest = ms % 1000;
  return (
    runningTimeText(Math.floor(ms / 1000)) + (rest === 0 ? "" : `.${String(rest).padStart(3, "0")}`.replace(/0+$/, ""))
  );
}

function subtitles({ subtitleLanguages, automaticSubtitles, subtitlePlacement }: TaskOptions): string {
  if (subtitleLanguages.length === 0) return "";
  const machine = automaticSubtitles ? ", a machine's too" : "";
  const what = `subtitles ${oneLine(subtitleLanguages.join(", "))}${machine}`;
  return placed(what, subtitlePlacement) || what;
}

function placed(what: string, placement: Placement): string {
  if (placement === Placement.UNSPECIFIED) return "";
  return placement === Placement.FILE ? `${what} beside it` : `${what} embedded`;
}

function listed(words: string, categories: readonly string[]): string {
  return categories.length === 0 ? "" : `${words} ${oneLine(categories.join(", "))}`;
}

function limit(entries: number): string {
  return entries === 0 ? "" : `, at most ${entries} entries`;
}
