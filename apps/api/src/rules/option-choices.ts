import type { TaskOptions } from "@dwld/queue";
import { AudioFormat, LiveMode, Placement, Recode } from "@dwld/rpc";

/** The contract's values, the queue's words for them, and the names to tell them by; the first one is the default. */
export type Choices<Wire extends number, Word> = readonly (readonly [wire: Wire, word: Word, name: string])[];

export const audioFormats: Choices<AudioFormat, TaskOptions["audioFormat"]> = [
  [AudioFormat.UNSPECIFIED, "source", "UNSPECIFIED"],
  [AudioFormat.BEST, "best", "BEST"],
  [AudioFormat.M4A, "m4a", "M4A"],
  [AudioFormat.MP3, "mp3", "MP3"],
];

export const subtitlePlacements: Choices<Placement, TaskOptions["subtitlePlacement"]> = [
  [Placement.UNSPECIFIED, "default", "UNSPECIFIED"],
  [Placement.EMBEDDED, "embedded", "EMBEDDED"],
  [Placement.FILE, "file", "FILE"],
];

export const thumbnails: Choices<Placement, TaskOptions["thumbnail"]> = [
  [Placement.UNSPECIFIED, "none", "UNSPECIFIED"],
  [Placement.EMBEDDED, "embedded", "EMBEDDED"],
  [Placement.FILE, "file", "FILE"],
];

export const liveModes: Choices<LiveMode, TaskOptions["liveMode"]> = [
  [LiveMode.UNSPECIFIED, "refuse", "UNSPECIFIED"],
  [LiveMode.REFUSE, "refuse", "REFUSE"],
  [LiveMode.RECORD, "record", "RECORD"],
  [LiveMode.RECORD_FROM_START, "record_from_start", "RECORD_FROM_START"],
];

export const recodes: Choices<Recode, TaskOptions["recode"]> = [
  [Recode.UNSPECIFIED, "never", "UNSPECIFIED"],
  [Recode.NEVER, "never", "NEVER"],
  [Recode.MP4, "mp4", "MP4"],
];

/** The contract's value for a word; for a default, "unspecified". */
export function wireValue<Wire extends number, Word>(choices: Choices<Wire, Word>, word: Word): Wire {
  const known = choices.find(([, candidate]) => candidate === word) ?? choices[0];
  if (known === undefined) throw new Error(`no value of the contract means ${String(word)}`);
  return known[0];
}
