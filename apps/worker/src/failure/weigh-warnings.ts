import { type Dissection, dissectMessage } from "./dissect-message.ts";
import { type Judgement, judgeMessage } from "./judge-message.ts";
import type { Message } from "./parse-messages.ts";

/** Warnings of runs that go well, or of a try that was repeated. */
export const idleWarning =
  /older than \d+ days|javascript runtime|impersonat|retrying|marked as broken|general metadata extraction failed|falling back on|deprecated/i;

const staleCookies =
  /cookies (?:are|were|have) (?:no longer valid|expired)|cookies .{0,40}(?:rotated|no longer valid)/i;
const brokenChallenge =
  /(?:\bn challenge|\bnsig\b|\bsignature|n parameter|n function)\b.{0,80}(?:fail|unable|could not|error)|(?:fail|unable|could not|error)\w* .{0,80}(?:\bn challenge|\bnsig\b|\bsignature\b|n function)/i;
const missingToken = /po token.{0,80}(?:not provided|missing|required|failed)|(?:require|missing)\w* .{0,30}po token/i;
/** Without ffmpeg, 2025.04 dies of "'NoneType' object …" in some places. */
const withoutFfmpeg = /ffmpeg (?:is )?not (?:found|installed)|install ffmpeg|without ffmpeg/i;
const markedBroken = /site has been marked as broken/i;

/** Tells whether a message is the traceback of code that met a page or an answer which it does not know. */
function isSurprise({ level, text }: Message): boolean {
  return (
    level === "traceback" && /^(?:[\w.]*\.)?(?:KeyError|IndexError|RegexNotFoundError|JSONDecodeError)\b/.test(text)
  );
}

/**
 * Returns a better judgement if the error is vague and a warning says why, else the one it was given. Only then: most
 * warnings stand before every run.
 */
export function weighWarnings(judgement: Judgement, error: Dissection, messages: readonly Message[]): Judgement {
  if (judgement.vague && judgement.failureClass === "unknown" && messages.some(isSurprise))
    return { failureClass: "extractor_broken", confidence: "medium", vague: false };
  const warnings = messages.filter(({ level }) => level === "warning");
  if (warnings.length === 0) return judgement;
  const some = (pattern: RegExp) => warnings.some(({ text }) => pattern.test(text));
  const because = (failureClass: Judgement["failureClass"]): Judgement => ({
    failureClass,
    confidence: "medium",
    vague: false,
  });
  const { failureClass, vague } = judgement;

  const wantsAccount =
    failureClass === "login_required" || failureClass === "private" || /sign in|log ?in|empty/.test(error.sentence);
  // A viewer's own list "does not exist" if nobody is logged in.
  const missingList = failureClass === "gone" && /\bplaylist|\blist\b|\bfeed\b/.test(error.sentence);
  if (some(staleCookies) && (wantsAccount || missingList || failureClass === "unknown"))
    return because("cookies_stale");
  if (failureClass === "format_unavailable") {
    if (some(brokenChallenge)) return because("extractor_broken");
    if (some(missingToken)) return because("bot_check");
  }
  if (some(markedBroken) && error.during === "request" && failureClass === "gone") return because("extractor_broken");
  if (failureClass === "unknown" && some(withoutFfmpeg)) return because("ffmpeg_missing");
  if (!vague || (failureClass !== "extractor_broken" && failureClass !== "unknown")) return judgement;
  const reasons = warnings
    .filter(({ text }) => !idleWarning.test(text))
    .map((warning) => judgeMessage(dissectMessage(warning)).failureClass);
  const passing = (["rate_limited", "bot_check", "network"] as const).find((reason) => reasons.includes(reason));
  return passing === undefined ? judgement : because(passing);
}
