import { timestampMs } from "@bufbuild/protobuf/wkt";
import { type Attempt, FailureClass } from "@dwld/rpc";
import { shortLine } from "../tasks/task-facts.ts";
import { join, sentence } from "../tasks/task-text.ts";
import { bytesText, spanText } from "../words/formats.ts";
import { localized } from "../words/language.ts";
import { stageText } from "../words/stages.ts";
import { taskWords } from "../words/task.ts";

export type AttemptText = {
  readonly tone: "going" | "good" | "bad" | "quiet";
  /** How it was tried, in plain words. */
  readonly way: string;
  readonly outcome: string;
  /** The site's or yt-dlp's own words. */
  readonly quote: string;
  readonly figures: string;
};

type Told = { readonly attempt: Attempt; readonly before: Attempt | undefined; readonly hasResult: boolean };

/** Returns what is told of a try, after the one before it. `hasResult`: the files of the task are from this one. */
export function attemptText({ attempt, before, hasResult }: Told, nowMs: number): AttemptText {
  const { failure } = attempt;
  const result = resultOf(attempt, hasResult);
  return {
    tone: ({ runs: "going", succeeded: "good", failed: "bad", interrupted: "quiet" } as const)[result],
    way: stageText(attempt.stage),
    outcome: outcomeText(result, attempt, before),
    quote: failure === undefined ? "" : shortLine(failure.message, 300),
    figures: figuresOf(attempt, nowMs),
  };
}

type Result = "runs" | "succeeded" | "failed" | "interrupted";

/** A recording that was ended by a signal has a result, too. */
function resultOf({ failure, endTime, exitCode }: Attempt, hasResult: boolean): Result {
  if (failure !== undefined) return failure.failureClass === FailureClass.KILLED ? "interrupted" : "failed";
  if (endTime === undefined) return "runs";
  return exitCode === 0 || hasResult ? "succeeded" : "interrupted";
}

function outcomeText(result: Result, { failure }: Attempt, before: Attempt | undefined): string {
  const words = taskWords();
  if (result !== "failed") return words.results[result];
  const isSame =
    before?.failure?.failureClass === failure?.failureClass && before?.failure?.message === failure?.message;
  return isSame
    ? words.sameAgain
    : localized(failure?.advice ?? []) || sentence(shortLine(failure?.message ?? "", 300));
}

/** "2 sec · 6 MB" */
function figuresOf({ startTime, endTime, downloadedBytes }: Attempt, nowMs: number): string {
  if (startTime === undefined) return "";
  const ms = (endTime === undefined ? nowMs : timestampMs(endTime)) - timestampMs(startTime);
  return join(spanText(ms / 1000), downloadedBytes > 0n ? bytesText(downloadedBytes) : "");
}
