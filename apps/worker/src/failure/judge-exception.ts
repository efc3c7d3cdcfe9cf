import { dissectMessage } from "./dissect-message.ts";
import type { FailureClass } from "./failure-class.ts";
import { judgeMessage } from "./judge-message.ts";
import type { Message } from "./parse-messages.ts";
import { machineRules, networkRules, proxyRules } from "./rules/rules.ts";
import { type Confidence, fits } from "./rules/rule.ts";

/** Returns what the last line of a traceback means: `yt_dlp.utils.ExtractorError: text`. A crash that no rule knows is unknown. */
export function judgeException({ text }: Pick<Message, "text">): {
  failureClass: FailureClass;
  confidence: Confidence;
} {
  const [, name = "", said = ""] = /^(?:[\w.]*\.)?(\w+):?\s*(.*)$/s.exec(text) ?? [];
  if (name === "KeyboardInterrupt") return { failureClass: "killed", confidence: "high" };
  // Options are read before anything is asked of a site: a crash there is a setting.
  if (/^(?:SyntaxError|YoutubeDLError|OptionValueError)$/.test(name))
    return { failureClass: "usage", confidence: "medium" };
  if (
    /^(?:DownloadError|ExtractorError|GeoRestrictedError|UserNotLive|PostProcessingError|UnsupportedError|RegexNotFoundError)$/.test(
      name,
    )
  ) {
    const { failureClass, confidence } = judgeMessage(dissectMessage({ text: said }));
    return { failureClass, confidence };
  }
  if (name === "ZipImportError" || said.startsWith("You are using an unsupported version of Python"))
    return { failureClass: "usage", confidence: "medium" };
  if (/cookie|LoadError/i.test(name) || /\bcookies? (?:database|file)\b/i.test(said))
    return { failureClass: "cookies_stale", confidence: "medium" };
  const { whole } = dissectMessage({ text });
  const rule = [...machineRules, ...proxyRules, ...networkRules].find((candidate) => fits(candidate, whole));
  return rule === undefined
    ? { failureClass: "unknown", confidence: "low" }
    : { failureClass: rule.failureClass, confidence: "medium" };
}
