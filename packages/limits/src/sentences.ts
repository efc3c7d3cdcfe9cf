import type { Reached } from "./limit-reached.ts";
import { limitTable } from "./limit-table.ts";

/**
 * Returns what is refused and when to come again, for a person.
 *
 * @param sizeOf writes a number of bytes with its unit.
 */
export function sentencesOf({ limit, subject, most, retryAfterMs }: Reached, sizeOf: (bytes: number) => string) {
  const { unit, sentence } = limitTable[limit];
  const { en, ru } = sentence(unit === "bytes" ? sizeOf(most) : String(most), subject);
  const wait = waitText(retryAfterMs);
  return { en: `${en}; try again in ${wait.en}`, ru: `${ru}; повторите через ${wait.ru}` };
}

const units = [
  { ms: 3_600_000, en: "h", ru: "ч" },
  { ms: 60_000, en: "min", ru: "мин" },
  { ms: 1000, en: "s", ru: "с" },
] as const;

/** Returns a time in its largest unit of which it has two or more, rounded up: nobody comes too early. */
function waitText(ms: number): { en: string; ru: string } {
  const unit = units.find((one) => ms >= 2 * one.ms) ?? units[2];
  const count = Math.max(1, Math.ceil(ms / unit.ms));
  return { en: `${count} ${unit.en}`, ru: `${count} ${unit.ru}` };
}

/**
 * Says which entries of a playlist did not become tasks.
 *
 * @param total the number of all entries; undefined if nobody knows it.
 */
export function leftOutText({
  taken,
  total,
  limit,
  subject,
  most,
}: Pick<Reached, "limit" | "subject" | "most"> & { taken: number; total: number | undefined }) {
  const why = limitTable[limit].sentence(String(most), subject);
  const known = total === undefined ? undefined : { en: `${taken} of ${total}`, ru: `${taken} из ${total}` };
  return {
    en: `Entries of the playlist that were taken: ${known?.en ?? `the first ${taken}`}. The others were not: ${why.en}.`,
    ru: `Взято роликов плейлиста: ${known?.ru ?? `первые ${taken}`}. Остальные не взяты: ${why.ru}.`,
  };
}
