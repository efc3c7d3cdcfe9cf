import type { Condition } from "../condition.ts";

/** The words of messages to the operator, in one language. */
export type NoticeLanguage = {
  /**
   * Returns the title of a message.
   *
   * @param counts.needed the number of conditions, of those that began, that need a person.
   * @param machine the host that tells.
   */
  title(counts: { began: number; needed: number; ended: number }, machine: string): string;
  /** Returns what happened and what to do, each as sentences. */
  condition(condition: Condition): { readonly what: string; readonly todo: string };
  /** Returns the sentence that such a condition is over. */
  over(kind: string, subject: string): string;
  /** Returns a line about a time: "Since 27 Nov 2026, 14:05." */
  since(time: string): string;
  readonly todo: string;
  readonly trial: { readonly title: string; readonly body: string };
  /** The language for `Intl`. */
  readonly locale: string;
};
