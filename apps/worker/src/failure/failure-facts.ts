import type { FailureFacts } from "@dwld/queue";
import { adviceFor } from "./advice.ts";
import type { FailureClass } from "./failure-class.ts";

/**
 * What is stored of a failure: its class, what it was seen by, and what the person who asked is told in each language.
 *
 * @param retryAtMs the time that the site named, in milliseconds since the epoch.
 */
export function failureFacts(failureClass: FailureClass, message: string, retryAtMs?: number): FailureFacts {
  return {
    failureClass,
    message,
    advice: adviceFor(failureClass, "en", retryAtMs),
    adviceRu: adviceFor(failureClass, "ru", retryAtMs),
  };
}
