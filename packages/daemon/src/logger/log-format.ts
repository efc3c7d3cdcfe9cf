/** How lines of the log are written; `auto`: as a terminal reads them, or else a program. */
export const logFormats = ["auto", "json", "text"] as const;

export type LogFormat = (typeof logFormats)[number];

/** @param isTerminal whether the log goes to one. */
export function resolveFormat(format: LogFormat, isTerminal: boolean): "json" | "text" {
  if (format === "auto") return isTerminal ? "text" : "json";
  return format;
}
