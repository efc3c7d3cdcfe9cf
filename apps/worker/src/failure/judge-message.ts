import { refusalIn } from "../egress/refusal.ts";
import type { Dissection } from "./dissect-message.ts";
import type { FailureClass } from "./failure-class.ts";
import { classOfStatus } from "./rules/http-status.ts";
import { ownListMissing } from "./rules/own-lists.ts";
import { type Confidence, fits, type Rule } from "./rules/rule.ts";
import {
  foreignPassing,
  machineRules,
  networkRules,
  passingRules,
  proxyRules,
  siteRules,
  workRules,
} from "./rules/rules.ts";

export type Judgement = {
  failureClass: FailureClass;
  confidence: Confidence;
  /** The message says that something failed, and not why. The other messages may know. */
  vague: boolean;
};

/** Returns what one message means by itself. This machine's troubles come first, then the site's words, then its HTTP answer. */
export function judgeMessage(message: Dissection): Judgement {
  return judgeMachine(message) ?? judgeWords(message) ?? judgeAnswer(message) ?? judgeWork(message);
}

/** Classes that end a task: if one of these is wrong, a video is lost. */
export const losing: ReadonlySet<FailureClass> = new Set([
  "gone",
  "private",
  "copyright_blocked",
  "drm",
  "unsupported_url",
  "invalid_url",
]);

function sure(failureClass: FailureClass, confidence: Confidence = "high"): Judgement {
  return { failureClass, confidence, vague: false };
}

function vague(failureClass: FailureClass, confidence: Confidence = "high"): Judgement {
  return { failureClass, confidence, vague: true };
}

function byRule(rules: readonly Rule[], text: string): Judgement | undefined {
  const rule = rules.find((candidate) => fits(candidate, text));
  return rule && sure(rule.failureClass, rule.confidence);
}

const systemError = /\[(?:errno|winerror) -?\d+\]/;
/** A download that began and broke off. */
const brokenOff =
  /\d bytes read\b|incomplete ?read|not found, unable to continue|unable to open fragment|exited with code/;

function judgeMachine({ sentence, whole, during, requested, status }: Dissection): Judgement | undefined {
  if (refusalIn(whole) !== undefined) return sure("invalid_url");
  if (/^(?:\[wait\] )?interrupted by user/.test(sentence)) return sure("killed");
  // "Unable to download video" says yt-dlp of its own work, too.
  const asked = (during === "request" || during === "manifest") && status === undefined && requested !== "video";
  const machine = byRule(machineRules, whole);
  // A request writes no file: what is denied to it is a connection.
  if (machine !== undefined && !(asked && machine.failureClass === "permission")) return machine;
  if (during === "postprocessing") return vague("postprocess_failed");
  const proxy = byRule(proxyRules, whole);
  if (proxy !== undefined) return proxy;
  if (during === "media" && brokenOff.test(whole)) return vague("truncated");
  // A host's name may say anything, so what failed to connect has no words of a site.
  const network = status === undefined ? byRule(networkRules, whole) : undefined;
  if (network !== undefined && (during !== "site" || systemError.test(whole))) return network;
  // "No such file or directory" is about this machine, never about a video.
  if (asked && systemError.test(whole) && !/errno 2\]/.test(whole)) return sure("network");
  return systemError.test(whole) ? vague("unknown", "low") : undefined;
}

const onlyTechnical =
  /^(?:unable to (?:extract|parse)|(?:failed to|could not) (?:extract|parse))\b[^.;,:!(]*\W*$|^(?:unable|failed) to [^:]{1,80}: http error \d{3}\W*$|^[^:]{1,90}: http error 5\d\d\W*$/;

/** "API did not return next login subtask": the shape of an answer that yt-dlp did not expect. */
const answerShape =
  /\b(?:api|server|endpoint|response|webpage|page|json|site)\b (?:did not|didn't|does not|returned (?:no|an? empty)) /;

function judgeWords(message: Dissection): Judgement | undefined {
  const { sentence, unexpected, refusedByPlace, during, status } = message;
  // The words beside a file's status are a server's, such as "403: Unauthorized access".
  if (during === "media" && status !== undefined) return undefined;
  if (refusedByPlace) return sure("geo_blocked");
  if (ownListMissing(message)) return sure("cookies_stale", "medium");
  // "Unable to extract the login form" is about the page, not about a login.
  const technical = onlyTechnical.test(sentence) || (unexpected && answerShape.test(sentence));
  const said = technical ? undefined : judgeSentence(sentence);
  const doubtful = said !== undefined && losing.has(said.failureClass) && said.confidence !== "high";
  return unexpected && doubtful ? undefined : said;
}

/** "may be deleted or geo-restricted": a clause that leaves it open. */
const hedge = /\b(?:or|either|may|might|maybe|possibly|probably|likely|perhaps|if|unless)\b/;
/** "Is it removed?": a clause that asks. */
const question = /^(?:is|are|was|were|has|have|did|does|do|could|maybe|perhaps)\b.*\?$/;
/** A maintenance, an overload, "try again later": the failure passes by itself. */
const passesByItself = [
  ...[...workRules, ...siteRules].filter(({ failureClass }) => failureClass === "network"),
  ...passingRules,
  ...foreignPassing,
];
const notLosing = [...siteRules, ...passesByItself].filter(({ failureClass }) => !losing.has(failureClass));

/** Tells whether a clause names two reasons, the first not final: "It is not available in this edition, or its rights have expired". */
function isOneOfTwo(rule: Rule, clause: string): boolean {
  const [named = "", ...others] = clause.split(/,? or /);
  return others.length > 0 && /(?:not|n't|un) ?available|\b(?:cannot|can't)\b/.test(named) && !fits(rule, named);
}

/** Returns the first rule that fits. A final reason stands back if the text doubts it, or its clause does by "or" and "may". */
function judgeSentence(sentence: string): Judgement | undefined {
  const first = siteRules.find((rule) => fits(rule, sentence));
  if (first === undefined) return undefined;
  const { failureClass, confidence = "high" } = first;
  const clauses = sentence.split(/(?<=[.;!?]) /).filter((clause) => fits(first, clause));
  const hedged = clauses.length > 0 && clauses.every((clause) => hedge.test(clause));
  const asked = clauses.length > 0 && clauses.every((clause) => question.test(clause));
  const supposed = clauses.length > 0 && clauses.every((clause) => /\bif\b/.test(clause));
  if (losing.has(failureClass) && (asked || supposed)) return sure("unknown", "low");
  const instead = losing.has(failureClass)
    ? (passesByItself.find((rule) => fits(rule, sentence)) ??
      (hedged ? notLosing.find((rule) => clauses.some((clause) => fits(rule, clause))) : undefined))
    : undefined;
  if (instead !== undefined) return sure(instead.failureClass, "medium");
  if (losing.has(failureClass) && clauses.length > 0 && clauses.every((clause) => isOneOfTwo(first, clause)))
    return sure("unknown", "low");
  return sure(failureClass, hedged && confidence === "high" ? "medium" : confidence);
}

function judgeAnswer(message: Dissection): Judgement | undefined {
  const { status, whole } = message;
  const answer = status === undefined ? undefined : classOfStatus(status, message);
  if (answer !== undefined) return { ...answer, vague: status === 400 || status === 403 };
  return byRule(networkRules, whole);
}

/** "Video unavailable": some sites, YouTube above all, say no more of a video that is gone. */
const bareUnavailable =
  /^(?:\w+ (?:said|says): )?(?:(?:sorry, )?(?:(?:this|the|requested|that) )*(?:(?:event )?video|clip|track|song|episode|media|post|tweet|item|playlist|channel|vod|video <id>|<id>) (?:is |was )?(?:unavailable|(?:not|n't) available|isn't available)[.!]?\s*)+$/;
/** Classes that a page which does not parse leads to, too. */
const surprising: ReadonlySet<FailureClass> = new Set(["format_unavailable", "network"]);
/** yt-dlp's words before the reason why a request was not answered: "Unable to download webpage: Response ended prematurely". */
const unanswered = /^(?:unable|failed) to download [^:]{1,80}: \S/;
const askTheWarnings: ReadonlySet<FailureClass> = new Set(["extractor_broken", "format_unavailable", "truncated"]);

/** "--exec cannot be used here": without an extractor, what names an option is about the options. */
const anOption = /(?:^|[\s'"(])--[a-z][a-z-]{2,}/;

function judgeWork({ sentence, whole, status, unexpected, loginHint, extractor, id }: Dissection): Judgement {
  const work = byRule(workRules, sentence);
  const gotNothing = status === undefined && unanswered.test(sentence);
  if (gotNothing && (work === undefined || work.failureClass === "extractor_broken")) return sure("network", "medium");
  const failureClass = work?.failureClass ?? "unknown";
  if (!unexpected && work === undefined && bareUnavailable.test(sentence)) return vague("gone", "medium");
  if (work === undefined && extractor === undefined && id === undefined && anOption.test(sentence))
    return sure("usage", "medium");
  if (loginHint && !unexpected && (work === undefined || failureClass === "extractor_broken"))
    return sure("login_required", "medium");
  // A surprise of yt-dlp means that the page has changed, and nothing about the video.
  const surprised = unexpected && (losing.has(failureClass) || surprising.has(failureClass));
  if (work !== undefined && !surprised) return { ...work, vague: askTheWarnings.has(failureClass) };
  if (unexpected || byRule(workRules, whole)?.failureClass === "extractor_broken")
    return vague("extractor_broken", "medium");
  return vague("unknown", "low");
}
