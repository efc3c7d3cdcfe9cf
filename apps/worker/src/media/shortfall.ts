import type { FailureClass } from "../failure/failure-class.ts";

/** What arrived is a whole video, and less than the site told of: a picture with fewer lines, or another length. */
export type Shortfall =
  | { lack: "resolution"; gotPixels: number; offeredPixels: number }
  | { lack: "duration"; gotSeconds: number; announcedSeconds: number };

/** Of an attempt that brought no more. */
export const shortfallClass = { resolution: "wrong_media", duration: "truncated" } as const satisfies Record<
  Shortfall["lack"],
  FailureClass
>;

/** For the person who asked. */
export function shortfallSentence(shortfall: Shortfall): string {
  if (shortfall.lack === "resolution")
    return `It came in ${shortfall.gotPixels}p, although the site offers ${shortfall.offeredPixels}p.`;
  const { gotSeconds, announcedSeconds } = shortfall;
  return `It is ${clock(gotSeconds)} long, although the site says ${clock(announcedSeconds)}.`;
}

/** "1:02:03", "2:03". */
function clock(seconds: number): string {
  const whole = Math.round(seconds);
  const two = (part: number): string => String(part).padStart(2, "0");
  const [hours, minutes, rest] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60];
  return hours > 0 ? `${hours}:${two(minutes)}:${two(rest)}` : `${minutes}:${two(rest)}`;
}
