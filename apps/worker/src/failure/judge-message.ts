import { refusal } from "../egress/egress-proxy.ts";
import type { Dissection } from "./dissect-message.ts";
import type { FailureClass } from "./failure-class.ts";
import { classOfStatus } from "./rules/http-status.ts";
import { machineRules, networkRules, proxyRules } from "./rules/machine-rules.ts";
import { type Confidence, fits, type Rule } from "./rules/rule.ts";
import { siteRules } from "./rules/site-rules.ts";
import { workRules } from "./rules/work-rules.ts";

export type Judgement = {
  failureClass: FailureClass;
  confidence: Confidence;
  /** The message says that it failed and not why: then the warnings before it are asked. */
  vague: boolean;
};

/** A video is lost where one of these is wrong. */
const losing: ReadonlySet<FailureClass> = new Set([
  "gone",
  "private",
  "copyright_blocked",
  "drm",
  "unsupported_url",
  "invalid_url",
]);

/** A page that does not parse gives these too. */
const surprising: ReadonlySet<FailureClass> = new Set(["format_unavailable", "network"]);

/** "may be deleted or geo-restricted": a clause that does not know itself. */
const hedge = /\b(?:or|either|may|might|maybe|possibly|probably|likely|perhaps|if|unless)\b/;

/** All that some sites, YouTube before all, say of a video that is gone: "Video unavailable". */
const bareUnavailable =
  /^(?:\w+ (?:said|says): )?(?:(?:sorry, )?(?:(?:this|the|requested|that) )*(?:video|clip|content|track|song|episode|media|post|tweet|item|playlist|channel|vod|video <id>|<id>) (?:is |was )?(?:unavailable|(?:not|n't) available|isn't available)[.!]?\s*)+$/;

const onlyTechnical = /^(?:unable to (?:extract|parse)|(?:failed to|could not) (?:extract|parse))\b[^.;,:!]*\W*$/;

/** What one message of yt-dlp's means by itself. */
export function judgeMessage(message: Dissection): Judgement {
  const { sentence, whole, during, status, unexpected, loginHint, refusedByPlace } = message;
  const sure = (failureClass: FailureClass, confidence: Confidence = "high"): Judgement => ({
    failureClass,
    confidence,
    vague: false,
  });
  const byRule = (rules: readonly Rule[], text: string): Judgement | undefined => {
    const rule = rules.find((candidate) => fits(candidate, text));
    return rule && sure(rule.failureClass, rule.confidence);
  };

  if (whole.includes(refusal.toLowerCase())) return sure("invalid_url");
  if (/^(?:\[wait\] )?interrupted by user/.test(sentence)) return sure("killed");
  const machine = byRule(machineRules, whole);
  if (machine !== undefined) return machine;
  if (during === "postprocessing") return { ...sure("postprocess_failed"), vague: true };
  const proxy = byRule(proxyRules, whole);
  if (proxy !== undefined) return proxy;
  if (
    during === "media" &&
    /bytes read, \d+ more expected|incomplete ?read|connection broken|not found, unable to continue|unable to open fragment|exited with code/.test(
      whole,
    )
  )
    return { ...sure("truncated"), vague: true };
  if (during !== "site" && status === undefined) {
    const network = byRule(networkRules, whole);
    if (network !== undefined) return network;
  }
  if (refusedByPlace) return sure("geo_blocked");
  // "Unable to extract the login form" is about the page, not about a login.
  const said = onlyTechnical.test(sentence) ? undefined : judgeSentence(sentence);
  if (said !== undefined && !(unexpected && losing.has(said.failureClass) && said.confidence !== "high")) return said;
  if (status !== undefined) {
    const answer = classOfStatus(status, message);
    if (answer !== undefined) return { ...answer, vague: status === 400 || status === 403 };
  }
  const network = byRule(networkRules, whole);
  if (network !== undefined) return network;
  const work = byRule(workRules, sentence);
  if (!unexpected && work === undefined && bareUnavailable.test(sentence))
    return { ...sure("gone", "medium"), vague: true };
  if (loginHint && !unexpected && (work === undefined || work.failureClass === "extractor_broken"))
    return sure("login_required", "medium");
  // What yt-dlp did not expect says of the page that it has changed, not of the video that it is none.
  const surprised =
    unexpected && work !== undefined && (losing.has(work.failureClass) || surprising.has(work.failureClass));
  if (work !== undefined && !surprised)
    return { ...work, vague: work.failureClass === "extractor_broken" || work.failureClass === "format_unavailable" };
  if (unexpected || byRule(workRules, whole)?.failureClass === "extractor_broken")
    return { ...sure("extractor_broken", "medium"), vague: true };
  return { ...sure("unknown", "low"), vague: true };
}

/** The first rule that fits; but where a clause is not sure itself, a reason that can pass goes before a final one. */
function judgeSentence(sentence: string): Judgement | undefined {
  const matching = siteRules.filter((rule) => fits(rule, sentence));
  const [first] = matching;
  if (first === undefined) return undefined;
  const clauses = sentence.split(/[.;!?] /).filter((clause) => fits(first, clause));
  const hedged = clauses.length > 0 && clauses.every((clause) => hedge.test(clause));
  const passing =
    hedged && losing.has(first.failureClass)
      ? [...matching, ...workRules.filter((rule) => rule.failureClass === "network" && fits(rule, sentence))].find(
          ({ failureClass }) => !losing.has(failureClass),
        )
      : undefined;
  const { failureClass, confidence = "high" } = passing ?? first;
  return { failureClass, confidence: hedged && confidence === "high" ? "medium" : confidence, vague: false };
}
