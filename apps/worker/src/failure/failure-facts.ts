import type { FailureFacts } from "@dwld/queue";
import { adviceFor } from "./advice.ts";
import type { FailureClass } from "./failure-class.ts";

/** What is stored of a failure: its class, the line that decided, and what the person who asked is told. */
export function failureFacts(failureClass: FailureClass, message: string): FailureFacts {
  return { failureClass, message, advice: adviceFor(failureClass) };
}
