import { dissectMessage } from "./dissect-message.ts";
import type { Judgement } from "./judge-message.ts";
import type { Message } from "./parse-messages.ts";
import { classOfStatus } from "./rules/http-status.ts";
import { machineRules, networkRules, proxyRules } from "./rules/rules.ts";
import { fits } from "./rules/rule.ts";

/** aria2's numbers of a file that is missing, and of one that wants a login. */
const refusedFile = /errorcode=(?:3|4|24)\b/;

/**
 * Returns a better judgement if another line has the cause, else the one it was given. For a full disk, ffmpeg's error
 * is only "Conversion failed!", the 403s of fragments go to standard output, and ffmpeg's troubles are in its own lines.
 */
export function findHiddenCause(judgement: Judgement, messages: readonly Message[]): Judgement {
  const { failureClass, vague } = judgement;
  if (!vague || !(failureClass === "postprocess_failed" || failureClass === "truncated" || failureClass === "unknown"))
    return judgement;
  // Lines that name files hold titles, which say anything.
  const spoken = messages.filter(
    ({ level, text }) => level === "other" || /^(?:Got error:|File is larger than)/.test(text),
  );
  const because = (hidden: Judgement["failureClass"]): Judgement => ({
    failureClass: hidden,
    confidence: "medium",
    vague: false,
  });
  for (const { text } of spoken.toReversed()) {
    const { whole, status } = dissectMessage({ text });
    const machine = [...machineRules, ...proxyRules].find((rule) => fits(rule, whole));
    if (machine !== undefined) return because(machine.failureClass);
    if (failureClass === "postprocess_failed") continue;
    if (refusedFile.test(whole)) return because("forbidden_media");
    const answer = status === undefined ? undefined : classOfStatus(status, { during: "media", requested: "" });
    if (answer !== undefined) return because(answer.failureClass);
    if (failureClass === "truncated" && networkRules.some((rule) => fits(rule, whole))) return because("network");
  }
  return judgement;
}
