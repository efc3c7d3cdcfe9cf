import type { FailureClass } from "../failure/failure-class.ts";
import { policyFor } from "../failure/policy.ts";
import type { Change } from "../stage/remedy.ts";

/**
 * What dwld does after a failure of a class, as a sentence for the operator.
 *
 * @param retryAt the time that the site named, as text.
 */
export function nextStep(failureClass: FailureClass, retryAt?: string): string {
  const special = specials[failureClass];
  if (special !== undefined) return special;
  const { final, againAfterMs, waits, changes, sitePauseMs, operator } = policyFor(failureClass);
  const steps = [
    ...(sitePauseMs === undefined
      ? []
      : [
          retryAt === undefined
            ? `lets all tasks of the site rest for ${duration(sitePauseMs.first)}, twice as long each time up to ${duration(sitePauseMs.longest)}`
            : `lets all tasks of the site rest until ${retryAt}`,
        ]),
    ...(againAfterMs.length === 0 ? [] : [again(againAfterMs, waits, sitePauseMs === undefined ? retryAt : undefined)]),
    ...(changes.length === 0 ? [] : [`takes a stage that was not tried yet: ${changes.map(told).join(", else ")}`]),
  ];
  if (final) steps.push("ends the task: another try would find the same");
  else if (!waits) steps.push("ends the task where none of this helps");
  if (operator) steps.push("leaves the rest to the operator, who has to act");
  return `dwld ${steps.join("; then it ")}.`;
}

function again(pausesMs: readonly number[], waits: boolean, retryAt: string | undefined): string {
  if (retryAt !== undefined) return `tries the same stage again after ${retryAt}`;
  const pauses = pausesMs.filter((pauseMs) => pauseMs > 0).map(duration);
  const after = pauses.length === 0 ? "" : ` after ${pauses.join(", ")}`;
  return `tries the same stage again${after}${waits ? ", for as long as it takes" : ""}`;
}

function told(change: Change): string {
  return changes[change];
}

const changes: Readonly<Record<Change, string>> = {
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
  filtered: "dwld ends the task: the settings say that nothing here is to be downloaded.",
};

function duration(ms: number): string {
  const [size, unit] = ms >= 3_600_000 ? [3_600_000, "h"] : ms >= 60_000 ? [60_000, "min"] : [1000, "s"];
  return `${Math.round(ms / size)} ${unit}`;
}
