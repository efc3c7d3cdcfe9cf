import { serializeTexts, type Texts } from "./texts.ts";

/** The reason of a failure: its class, the line that decided, and a sentence for the person who asked. */
export type FailureFacts = { failureClass: string; message: string; advice: Texts };

/** Returns the columns of tasks and attempts. Undefined: nulls. */
export function failureColumns(failure: FailureFacts | undefined) {
  return {
    failure_class: failure?.failureClass ?? null,
    failure_message: failure?.message ?? null,
    advice_texts: serializeTexts(failure?.advice),
  };
}
