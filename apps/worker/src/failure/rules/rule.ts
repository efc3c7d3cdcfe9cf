import type { FailureClass } from "../failure-class.ts";

export type Confidence = "high" | "medium" | "low";

/**
 * Matched against text in lower case, with plain quotes and dashes, "ё" written as "е", links, ids and file names cut
 * out. Of a list, the first rule that fits decides.
 */
export type Rule = {
  failureClass: FailureClass;
  when: RegExp;
  /** What takes the rule's word back. */
  unless?: RegExp;
  /** `high` where it is not said. */
  confidence?: Confidence;
};

/** Tells whether a rule has something to say about a text. */
export function fits({ when, unless }: Rule, text: string): boolean {
  return when.test(text) && !(unless?.test(text) ?? false);
}

/**
 * A regular expression of alternatives, one a line; "#" begins a line of comment. Repetitions are bounded, so that no
 * text makes it slow.
 */
export function any(template: TemplateStringsArray, ...parts: readonly string[]): RegExp {
  return new RegExp(alternatives(template, ...parts), "u");
}

/** The same as text, for a part of another expression. */
export function alternatives(template: TemplateStringsArray, ...parts: readonly string[]): string {
  const lines = String.raw({ raw: template.raw }, ...parts)
    .normalize("NFKC")
    .split("\n");
  return lines
    .map((line) => line.trim())
    .filter((line) => line !== "" && !line.startsWith("#"))
    .join("|");
}
