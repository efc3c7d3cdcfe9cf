import { clipText } from "@dwld/text";
import type { Classification } from "../failure/classify-failure.ts";
import { decidingError } from "../failure/deciding-errors.ts";
import { dissectMessage } from "../failure/dissect-message.ts";
import type { FailureClass } from "../failure/failure-class.ts";
import { judgeMessage } from "../failure/judge-message.ts";
import { type Message, parseMessages } from "../failure/parse-messages.ts";
import { fits, type Rule } from "../failure/rules/rule.ts";
import { machineRules, networkRules, passingRules, proxyRules, siteRules, workRules } from "../failure/rules/rules.ts";
import { idleWarning } from "../failure/weigh-warnings.ts";

/** Another class for which something in the output speaks. */
export type Reading = {
  readonly failureClass: FailureClass;
  /** The words that speak for it: part of the deciding line in lower case, or another line as it was printed. */
  readonly words: string;
};

export type Doubts = {
  /** Why the class is in doubt, as sentences; empty if it is not. */
  readonly reasons: readonly string[];
  readonly readings: readonly Reading[];
  /** How a person can make sure. */
  readonly check: string | undefined;
};

/** Returns the doubts about a classification. Pure. It applies the same rules again, and takes all of their answers. */
export function doubtsOf(stderr: readonly string[], found: Classification): Doubts {
  const messages = parseMessages(stderr);
  const errors = messages.filter(({ level }) => level === "error");
  const deciding = decidingError(errors);
  const others = [...(deciding === undefined ? [] : readingsOfLine(deciding)), ...readingsBeside(messages)];
  const readings = distinct(others.filter(({ failureClass }) => failureClass !== found.failureClass));
  const reasons = reasonsOf(errors, deciding, found, readings);
  const classes = [found.failureClass, ...readings.map(({ failureClass }) => failureClass)];
  const check = classes.flatMap((failureClass) => checks[failureClass] ?? [])[0];
  return { reasons, readings, check: reasons.length === 0 ? undefined : check };
}

function reasonsOf(
  errors: readonly Message[],
  deciding: Message | undefined,
  { failureClass, confidence }: Classification,
  readings: readonly Reading[],
): string[] {
  const reasons: string[] = [];
  const last = errors.at(-1);
  if (deciding !== undefined && last !== undefined && deciding !== last)
    reasons.push(`the last error only follows from the one that decided: ${last.line}`);
  const alone = deciding && judgeMessage(dissectMessage(deciding));
  if (failureClass === "unknown") return [...reasons, "no rule knows a reason in this text"];
  if (alone !== undefined && alone.failureClass !== failureClass)
    return [...reasons, `the line alone is read as ${alone.failureClass}; what was said beside it decided`];
  if (alone?.vague === true) reasons.push("the line says that it failed, and not why");
  else if (confidence === "low") reasons.push("the words are vague");
  if (confidence !== "high" && readings.length > 0) reasons.push("the text speaks for more than one class");
  return reasons;
}

const ofWhole: readonly Rule[] = [...machineRules, ...proxyRules, ...networkRules];
const ofSentence: readonly Rule[] = [...siteRules, ...workRules, ...passingRules];

/** Returns every class that a rule sees in the line, in the order of the rules. */
function readingsOfLine(error: Message): Reading[] {
  const { whole, sentence } = dissectMessage(error);
  const seen = (rules: readonly Rule[], text: string) =>
    rules.flatMap((rule): Reading[] => {
      const words = fits(rule, text) ? rule.when.exec(text)?.[0]?.trim() : undefined;
      return words === undefined ? [] : [{ failureClass: rule.failureClass, words: clipText(words, maxWordsLength) }];
    });
  return [...seen(ofWhole, whole), ...seen(ofSentence, sentence)];
}

/** Returns the classes of the warnings, each read alone. */
function readingsBeside(messages: readonly Message[]): Reading[] {
  return messages
    .filter(({ level, text }) => level === "warning" && !idleWarning.test(text))
    .map((warning) => ({
      failureClass: judgeMessage(dissectMessage(warning)).failureClass,
      words: clipText(warning.line, maxWordsLength),
    }));
}

/** A match may span a sentence. */
const maxWordsLength = 160;

/** Returns the first reading of each class but unknown. */
function distinct(readings: readonly Reading[]): Reading[] {
  const first = new Map<FailureClass, Reading>();
  for (const reading of readings)
    if (reading.failureClass !== "unknown" && !first.has(reading.failureClass))
      first.set(reading.failureClass, reading);
  return [...first.values()];
}

const privateWindow =
  "open the link in a private window of a browser: if it plays there, no account is missing, and the site is tried again as it is";
const elsewhere =
  "open the link from another country, by a proxy or a VPN: if it plays there, the country is the reason";
const update = "update yt-dlp (dwld ytdlp) and try again: if the same line comes back, the site has changed";

/** How a person tells a class from similar ones. */
const checks: Partial<Readonly<Record<FailureClass, string>>> = {
  gone: "open the link in a browser: if the video plays there, it is not gone, and the line is worth a report",
  private: privateWindow,
  login_required: privateWindow,
  cookies_stale:
    "log in anew and put the new cookies in place: if the line comes back, the cookies were not the reason",
  geo_blocked: elsewhere,
  copyright_blocked: elsewhere,
  extractor_broken: update,
  format_unavailable: update,
  network: "try again in an hour: what is the network's passes",
  unknown:
    "open the link in a browser: the page may say why; then run yt-dlp -v with the link and read what comes before the error",
};
