/** Formats of the log; `auto` is "text" on a terminal, else "json". */
export const logFormats = ["auto", "json", "text"] as const;

export type LogFormat = (typeof logFormats)[number];

/** @param isTerminal whether the log goes to one. */
export function resolveFormat(format: LogFormat, isTerminal: boolean): "json" | "text" {
  if (format === "auto") return isTerminal ? "text" : "json";
  return format;
}
