import { serializeTexts, type Texts } from "./texts.ts";

/** Why a task failed: the class, the line that decided, and a sentence for the person who asked. */
export type FailureFacts = { failureClass: string; message: string; advice: Texts };

/** As tasks and attempts store it; nulls where nothing failed. */
export function failureColumns(failure: FailureFacts | undefined) {
  return {
    failure_class: failure?.failureClass ?? null,
    failure_message: failure?.message ?? null,
    advice_texts: serializeTexts(failure?.advice),
  };
}
