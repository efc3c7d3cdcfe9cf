import type { Dissection } from "../dissect-message.ts";
import type { FailureClass } from "../failure-class.ts";

/** Requests whose 404 says that the site has changed, not that the video is gone. */
const auxiliary =
  /player|script|\bjs\b|javascript|token|client|key|config|version|session|log ?in|sign ?in|authenticat|captcha|challenge|subtitle|caption|thumbnail|chapter|comment|library|cookie|oauth|auth\b|\bid\b|bootstrap|settings|csrf|consent|guest|\bhosts?\b|uuid|canonical|\bformats?\b|quality|watched|authori[sz]|fragment/;

/** Returns what a failed HTTP answer means for the thing that was asked for, by RFC 9110 or as sites use it. */
export function classOfStatus(
  status: number,
  { during, requested }: Pick<Dissection, "during" | "requested">,
): { failureClass: FailureClass; confidence: "high" | "medium" | "low" } | undefined {
  const high = (failureClass: FailureClass) => ({ failureClass, confidence: "high" as const });
  const ofFile = during === "media" || during === "manifest";
  switch (status) {
    case 401:
    case 402:
      return high("login_required");
    case 403:
    case 405:
    case 406:
    case 412:
    case 418:
    case 444:
    // LinkedIn's "Request denied".
    case 999:
      return high(ofFile ? "forbidden_media" : "bot_check");
    case 400:
      return ofFile ? high("forbidden_media") : { failureClass: "extractor_broken", confidence: "low" };
    case 404:
    case 410:
      // The link of a file expires while its page lives.
      if (ofFile) return high("forbidden_media");
      return auxiliary.test(requested) ? { failureClass: "extractor_broken", confidence: "medium" } : high("gone");
    case 407:
      return high("proxy_error");
    case 408:
    case 425:
      return high("network");
    case 416:
      return high(ofFile ? "truncated" : "network");
    case 420:
    case 429:
    case 509:
      return high("rate_limited");
    case 451:
      return high("geo_blocked");
    default:
      if (status >= 500) return high("network");
      return undefined;
  }
}
