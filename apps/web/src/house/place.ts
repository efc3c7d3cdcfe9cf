import { oneLine } from "@dwld/text";

/** Returns the host and the folder of a destination, "ftp://nas:21/videos"; both are empty if delivery is off. */
export function placeOf(destination: string): { host: string; folder: string } {
  const [, host = "", folder = ""] = /^\w+:\/\/(\[[^\]]*\]|[^:/]*)(?::\d+)?(.*)$/.exec(destination) ?? [];
  return { host: oneLine(host), folder: oneLine(folder) };
}
