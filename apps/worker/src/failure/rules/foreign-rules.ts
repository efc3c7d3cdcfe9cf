import type { FailureClass } from "../failure-class.ts";
import { chinese, japanese, korean } from "./languages/east-asian.ts";
import { french } from "./languages/french.ts";
import { german } from "./languages/german.ts";
import { portuguese, spanish } from "./languages/iberian.ts";
import { others } from "./languages/others.ts";
import { russian } from "./languages/russian.ts";
import type { Rule } from "./rule.ts";

const languages = [russian, german, french, spanish, portuguese, japanese, chinese, korean, others];

/** The precedence of the English rules. */
const order = [
  "rate_limited",
  "bot_check",
  "geo_blocked",
  "copyright_blocked",
  "drm",
  "not_started",
  "live_now",
  "cookies_stale",
  "private",
  "login_required",
  "gone",
  "network",
] as const satisfies readonly FailureClass[];

/** What sites say in other languages than English. "Try again later" alone says little in any of them. */
export const foreignRules: readonly Rule[] = order.flatMap((failureClass) =>
  languages.flatMap(({ [failureClass]: when }): Rule[] =>
    when === undefined ? [] : [{ failureClass, when, confidence: failureClass === "network" ? "low" : "medium" }],
  ),
);
