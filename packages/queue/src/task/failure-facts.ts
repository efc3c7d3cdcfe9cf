/** Why a task failed: the class, the line that decided, and a sentence for the person who asked, in two languages. */
export type FailureFacts = { failureClass: string; message: string; advice: string; adviceRu: string };

/** As tasks and attempts store it; nulls where nothing failed. */
export function failureColumns(failure: FailureFacts | undefined) {
  return {
    failure_class: failure?.failureClass ?? null,
    failure_message: failure?.message ?? null,
    failure_advice: failure?.advice ?? null,
    failure_advice_ru: failure?.adviceRu ?? null,
  };
}
