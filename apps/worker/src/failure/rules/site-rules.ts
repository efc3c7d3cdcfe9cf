import { absenceRules, drmRules, removedRules } from "./absence-rules.ts";
import { accountRules } from "./account-rules.ts";
import { foreignRules } from "./foreign-rules.ts";
import { placeRules } from "./place-rules.ts";
import { any, type Rule } from "./rule.ts";
import { timeRules } from "./time-rules.ts";
import { trafficRules } from "./traffic-rules.ts";

/** yt-dlp's own sentences that repeat what they were given, whatever words it has. */
const echoRules: readonly Rule[] = [
  {
    failureClass: "invalid_url",
    when: any`
      is not a valid url(?:$|\. set --default-search)
      ^incomplete youtube id
    `,
  },
  { failureClass: "unsupported_url", when: /^unsupported url: / },
  {
    failureClass: "usage",
    when: any`
      impersonate targets? .{0,80}(?:not available|unavailable)
      (?:no|none of these) impersonate targets? (?:is|are) available
      list-impersonate-targets
      (?:invalid|unsupported|unknown) impersonate targets?\b
      please specify some sort of
      \bmust be in (?:the )?format\b
      dependenc(?:y|ies) .{0,40}\binstall
      ^unsupported (?:browser|keyring)\b
      ^keyring (?:is )?not supported
    `,
  },
];

/** What a site tells the programs that ask it in an old way. */
const clientRule: Rule = {
  failureClass: "extractor_broken",
  when: any`
    client id (?:is )?(?:invalid|expired|missing|wrong)
    (?:invalid|wrong|missing|unknown|bad) client id
    persisted ?query
    integrity check
  `,
  confidence: "medium",
};

/**
 * What sites say of a video. The order is the precedence: walls and places and times, which pass, before what is final;
 * "private" before "log in", which is said below it; the other languages last.
 */
export const siteRules: readonly Rule[] = [
  ...echoRules,
  clientRule,
  ...trafficRules,
  ...placeRules,
  ...drmRules,
  ...timeRules,
  ...removedRules,
  ...accountRules,
  ...absenceRules,
  ...foreignRules,
];
