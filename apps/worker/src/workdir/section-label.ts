import type { Section } from "@dwld/options";

/** Returns what tells a section from the others in its file's name: "1m30s-2m", "90.5s-end". */
export function sectionLabel({ startSeconds, endSeconds }: Section): string {
  return `${timeText(startSeconds)}-${endSeconds === null ? "end" : timeText(endSeconds)}`;
}

function timeText(seconds: number): string {
  const units = [
    [Math.floor(seconds / 3600), "h"],
    [Math.floor((seconds % 3600) / 60), "m"],
    [Math.round((seconds % 60) * 1000) / 1000, "s"],
  ] as const;
  const text = units.flatMap(([count, unit]) => (count === 0 ? [] : [`${count}${unit}`])).join("");
  return text === "" ? "0s" : text;
}
