import type { FailureFacts } from "@dwld/queue";
import { refusalIn } from "../egress/refusal.ts";
import { adviceFor } from "./advice.ts";
import { refusalAdvice } from "./refusal-advice.ts";
import type { FailureClass } from "./failure-class.ts";

/** Returns the columns of a failure: its class, the line that decided, and the advice for the person who asked. */
export function failureFacts(failureClass: FailureClass, message: string): FailureFacts {
  const refusal = failureClass === "invalid_url" ? refusalIn(message) : undefined;
  return { failureClass, message, advice: refusal === undefined ? adviceFor(failureClass) : refusalAdvice[refusal] };
}
