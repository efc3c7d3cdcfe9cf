import type { FailureClass } from "../failure-class.ts";

const confidences = ["high", "medium", "low"] as const;
export type Confidence = (typeof confidences)[number];

/**
 * Matched against text in lower case, with plain quotes and dashes, "ё" written as "е", links, ids and file names cut
 * out. Of a list, the first rule that fits decides.
 */
export type Rule = {
  readonly failureClass: FailureClass;
  readonly when: RegExp;
  /** Takes the rule's word back. */
  readonly unless?: RegExp;
  /** `high` if it is not said. */
  readonly confidence?: Confidence;
};

export function isConfidence(text: string | undefined): text is Confidence {
  return confidences.some((known) => known === text);
}

/** Tells whether a rule has something to say about a text. */
export function fits({ when, unless }: Rule, text: string): boolean {
  return when.test(text) && !(unless?.test(text) ?? false);
}
