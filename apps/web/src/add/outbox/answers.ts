import { durationMs } from "@bufbuild/protobuf/wkt";
import { Code, ConnectError } from "@connectrpc/connect";
import { type AddTaskResult, BadRequestSchema, RetryInfoSchema } from "@dwld/rpc";
import { minuteMs } from "@dwld/timing";
import { failureText } from "../../connection/failure-text.ts";
import { errorOf } from "../../connection/status-error.ts";

/** The server's answer to a link. `later`: the link waits until a time, or, if nobody knows when, is tried again. */
export type Answer =
  | { readonly kind: "added" | "joined"; readonly taskId: string }
  | { readonly kind: "refused"; readonly reason: string; readonly field?: string }
  | { readonly kind: "later"; readonly reason: string; readonly afterMs: number | undefined };

/** The codes of a failure after which a repetition may go well. */
const passing: readonly Code[] = [
  Code.Unavailable,
  Code.Unknown,
  Code.DeadlineExceeded,
  Code.Aborted,
  Code.Canceled,
  Code.ResourceExhausted,
];
/** A limit that does not say when to come again, as a full disk. */
const limitMs = minuteMs;

export function answerOf(result: AddTaskResult["result"] | undefined): Answer {
  if (result?.case === "response")
    return { kind: result.value.joined ? "joined" : "added", taskId: result.value.task?.id ?? "" };
  const error = result?.case === "error" ? errorOf(result.value) : new ConnectError("", Code.Unknown);
  if (passing.includes(error.code)) return laterOf(error);
  const [violation] = error.findDetails(BadRequestSchema).flatMap(({ fieldViolations }) => fieldViolations);
  return {
    kind: "refused",
    reason: failureText(error),
    ...(violation === undefined ? {} : { field: violation.field }),
  };
}

/** Returns when a call that failed is worth another one. */
export function laterOf(error: ConnectError): Answer & { kind: "later" } {
  const [retry] = error.findDetails(RetryInfoSchema);
  const told = retry?.retryDelay === undefined ? undefined : durationMs(retry.retryDelay);
  const afterMs = told ?? (error.code === Code.ResourceExhausted ? limitMs : undefined);
  return { kind: "later", reason: failureText(error), afterMs };
}
