import { hourMs, minuteMs, secondMs } from "@dwld/timing";
import type { FailureClass } from "../failure/failure-class.ts";
import { type Change, type Cooldown, isFinal, type Remedy, remedyFor } from "../stages/remedy.ts";

export type Circumstances = {
  /** The time that the site named, as text. */
  readonly retryAt?: string | undefined;
  readonly site?: string | undefined;
};

/** Returns what dwld does after a failure of a class, as a sentence for the operator. */
export function nextStep(failureClass: FailureClass, { retryAt, site = "the site" }: Circumstances = {}): string {
  const special = specials[failureClass];
  if (special !== undefined) return special;
  const remedy = remedyFor(failureClass);
  const { cooldown, endless } = remedy;
  const operator = remedy.needsOperator ? "; the operator has to act" : "";
  if (isFinal(remedy)) return `dwld ends the task: another try would find the same${operator}.`;
  const again = tryAgain(remedy, retryAt);
  const change = tryChanges(remedy);
  const steps =
    cooldown?.verdict === "pause" ? [rest(cooldown, site, retryAt), ...change, ...again] : [...again, ...change];
  if (remedy.laterAfterMs.length > 0)
    steps.push(`tries the first one again after ${remedy.laterAfterMs.map(duration).join(", ")}`);
  if (kept.has(failureClass)) steps.push("delivers what plays of the better of two, with a remark");
  if (!endless) steps.push("ends the task where none of this helps");
  return `dwld ${steps.join("; then it ")}${operator}${loginWall(remedy, site)}.`;
}

/** A download that is not as requested is delivered if a second try brings no better one. */
const kept: ReadonlySet<FailureClass> = new Set(["wrong_media", "truncated"]);

function tryAgain({ againAfterMs, endless, changes, cooldown }: Remedy, retryAt: string | undefined): string[] {
  if (againAfterMs.length === 0) return [];
  if (cooldown !== undefined)
    return [`tries the same stage again${changes.length === 0 ? "" : ", where there is no other"}`];
  if (retryAt !== undefined) return [`tries the same stage again after ${retryAt}`];
  const pauses = againAfterMs.map(duration).join(", ");
  return [`tries the same stage again after ${pauses}${endless ? ", for as long as it takes" : ""}`];
}

function tryChanges({ changes }: Remedy): string[] {
  if (changes.length === 0) return [];
  return [`takes a stage that was not tried yet: ${changes.map((change) => told[change]).join(", else ")}`];
}

function rest({ firstMs, longestMs }: Cooldown, site: string, retryAt: string | undefined): string {
  const time = `for the time that it names, else for ${duration(firstMs)}, twice as long each time up to ${duration(longestMs)}`;
  return `lets all tasks of ${site} rest ${retryAt === undefined ? time : `until ${retryAt}`}`;
}

function loginWall({ cooldown }: Remedy, site: string): string {
  if (cooldown?.verdict !== "login_wall") return "";
  return `; several such failures in a row let all tasks of ${site} rest for ${duration(cooldown.firstMs)}`;
}

const told: Readonly<Record<Change, string>> = {
  cookies: "with cookies",
  no_cookies: "without cookies",
  proxy: "with a proxy",
  no_proxy: "without the proxy",
  client: "with another client",
  format: "with another format",
  embedding: "without embedding",
  ytdlp: "with another yt-dlp",
  any: "any other",
};

const specials: Partial<Readonly<Record<FailureClass, string>>> = {
  playlist_partial: "dwld makes each entry of a playlist a task of its own, and judges it alone.",
  disk_full:
    "dwld keeps what was downloaded and lets the task wait until there is room, which costs no attempt; the operator has to act.",
  over_limit:
    "dwld lets the task wait until enough of the last 24 hours has passed (`limits.perChat.bytesPerDay`), which costs no attempt.",
  filtered: "dwld ends the task: what was asked for leaves nothing here to download.",
};

function duration(ms: number): string {
  const [size, unit] = ms >= hourMs ? [hourMs, "h"] : ms >= minuteMs ? [minuteMs, "min"] : [secondMs, "s"];
  return `${Math.round(ms / size)} ${unit}`;
}
