import { timestampMs } from "@bufbuild/protobuf/wkt";
import type { Limit } from "@dwld/rpc";
import { oneLine, sizeText } from "@dwld/text";
import { padText } from "./fit-text.ts";
import { spanText } from "./quantities.ts";

/** Limits that every server has. They are shown when they have refused something. */
const ordinary = new Set(["connections", "streams", "playlistEntries"]);

/** Returns a line for each limit of the server that a person may want to know of. */
export function limitLines(limits: readonly Limit[], nowMs: number): string[] {
  return limits
    .filter(({ name, refusedCount }) => refusedCount > 0n || !ordinary.has(name))
    .map((limit) => `  ${padText(oneLine(limit.subject), 10)}  ${limitText(limit, nowMs)}`);
}

function limitText({ name, most, unit, refusedCount, lastRefusedTime }: Limit, nowMs: number): string {
  const words = oneLine(name).replaceAll(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
  const bound = `${words}: ${unit === "bytes" ? sizeText(most) : most}`;
  if (lastRefusedTime === undefined) return bound;
  return `${bound}  refused ${refusedCount}, last ${spanText(nowMs - timestampMs(lastRefusedTime))} ago`;
}
