import { classifyFailure, type FailureEvidence } from "../failure/classify-failure.ts";
import { standstillLines } from "../process/watch-pace.ts";
import type { YtdlpExit } from "../ytdlp/run-ytdlp.ts";
import type { Failure } from "./result.ts";

/** Returns why a run failed that ended like this. Pure. */
export function failureOfExit(
  exit: YtdlpExit,
  around: Pick<FailureEvidence, "hadProxy" | "fileNamed" | "nowMs">,
): Failure {
  if (exit.standstill !== undefined) return { failureClass: "network", line: standstillLines[exit.standstill] };
  const { failureClass, line, retryAtMs } = classifyFailure({ ...exit, ...around });
  return { failureClass, line, ...(retryAtMs === undefined ? {} : { retryAtMs }) };
}
