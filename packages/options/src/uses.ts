import { isAsked } from "./message.ts";
import { type OptionTable, optionTable, type TaskOptions } from "./option-table.ts";
import type { Announcement, Texts } from "./row.ts";

type AskedRow = OptionTable[string] & { readonly name: string; readonly value: unknown };

function askedRows(options: TaskOptions, table: OptionTable): AskedRow[] {
  return Object.entries(table)
    .filter(([name, row]) => isAsked(options, name, row))
    .map(([name, row]) => ({ ...row, name, value: options[name as keyof TaskOptions] }));
}

/** Returns the options that were asked for, in words. */
export function optionWords(options: TaskOptions, table: OptionTable = optionTable): string[] {
  return askedRows(options, table).flatMap(({ words, value }) => words?.(value, options) ?? []);
}

/** Returns the arguments for yt-dlp, without those of the format and the container. */
export function ytdlpArguments(options: TaskOptions, table: OptionTable = optionTable): string[] {
  return Object.entries(table).flatMap(([name, row]) =>
    isAsked(options, name, row)
      ? (row.ytdlp?.(options[name as keyof TaskOptions], options) ?? [])
      : (row.ytdlpDefault ?? []),
  );
}

/** Whether something is put into the container of the video. */
export function isEmbedding(options: TaskOptions, table: OptionTable = optionTable): boolean {
  return askedRows(options, table).some(({ embeds, value }) => embeds?.(value, options) === true);
}

/** Whether ffmpeg writes the whole file once more. */
export function isRewritten(options: TaskOptions, table: OptionTable = optionTable): boolean {
  return isEmbedding(options, table) || askedRows(options, table).some(({ rewrites }) => rewrites === true);
}

/** Returns the expected length of a file, in seconds; undefined if it is unknown, as for a live stream. */
export function expectedSeconds(
  options: TaskOptions,
  file: Announcement,
  table: OptionTable = optionTable,
): number | undefined {
  if (file.live) return undefined;
  const [row] = askedRows(options, table).filter(({ seconds }) => seconds !== undefined);
  return row?.seconds === undefined ? file.announcedSeconds : row.seconds(file);
}

/** Returns the options without the extras that may not keep the video away, and their names. */
export function withoutExtras(
  options: TaskOptions,
  table: OptionTable = optionTable,
): { options: TaskOptions; names: Texts[] } {
  const extras = askedRows(options, table).flatMap(({ extra }) =>
    extra?.unless?.(options) === true ? [] : (extra ?? []),
  );
  return { options: extras.reduce((left, { instead }) => ({ ...left, ...instead }), options), names: extras };
}
