import { isAsked } from "./message.ts";
import { type OptionTable, optionTable, type TaskOptions } from "./option-table.ts";
import type { Announcement, Texts } from "./row.ts";

type AskedRow = OptionTable[string] & { readonly name: string; readonly value: unknown };

function askedRows(options: TaskOptions, table: OptionTable): AskedRow[] {
  return Object.entries(table)
    .filter(([name, row]) => isAsked(options, name, row))
    .map(([name, row]) => ({ ...row, name, value: options[name as keyof TaskOptions] }));
}

/** What was asked for beside the video itself, in words. */
export function optionWords(options: TaskOptions, table: OptionTable = optionTable): string[] {
  return askedRows(options, table).flatMap(({ words, value }) => words?.(value, options) ?? []);
}

/** What is asked for, as arguments for yt-dlp; the format and the container are not among them. */
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

/** How long a file should be, in seconds; undefined if nobody can know: a live stream lasts as long as it lasts. */
export function expectedSeconds(
  options: TaskOptions,
  file: Announcement,
  table: OptionTable = optionTable,
): number | undefined {
  if (file.live) return undefined;
  const [row] = askedRows(options, table).filter(({ seconds }) => seconds !== undefined);
  return row?.seconds === undefined ? file.announcedSeconds : row.seconds(file);
}

/** The options without the extras that must not keep the video away, and the names of those. */
export function withoutExtras(
  options: TaskOptions,
  table: OptionTable = optionTable,
): { options: TaskOptions; names: Texts[] } {
  const extras = askedRows(options, table).flatMap(({ extra }) =>
    extra?.unless?.(options) === true ? [] : (extra ?? []),
  );
  return { options: extras.reduce((left, { instead }) => ({ ...left, ...instead }), options), names: extras };
}
