import type { FailureClass } from "../../failure-class.ts";

/**
 * What sites say in one language, by what it means; `unknown` is "try again later", which says that it passes and not
 * why. "\b" knows Latin letters without accents alone, so it stands beside
 * nothing else.
 */
export type Phrases = { readonly [Class in FailureClass]?: RegExp };
