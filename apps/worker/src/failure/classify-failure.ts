import { refusal } from "../egress/egress-proxy.ts";
import type { FailureClass } from "./failure-class.ts";

/** What a run of yt-dlp left behind. */
export type FailureEvidence = {
  exitCode: number | undefined;
  signal: string | undefined;
  /** Lines of stderr, in order, without our own events. */
  stderr: readonly string[];
  /** Whether it said that a file is finished. */
  fileNamed: boolean;
};

export type Classification = {
  failureClass: FailureClass;
  /** The line that decided; a sentence of our own where no line did. */
  line: string;
};

/** The last ERROR of a run that failed, judged by the first rule that fits. Unknown stays unknown. */
export function classifyFailure(evidence: FailureEvidence): Classification {
  const { exitCode, signal } = evidence;
  if (signal !== undefined || exitCode === 130 || exitCode === 137 || exitCode === 143)
    return { failureClass: "killed", line: `yt-dlp was ended by ${signal ?? `exit status ${exitCode}`}` };
  const lines = evidence.stderr.map(stripEscapes);
  const line = lines.findLast((text) => text.startsWith("ERROR:")) ?? lines.findLast((text) => text.trim() !== "");
  if (exitCode === 2) return { failureClass: "usage", line: line ?? "yt-dlp refused its options" };
  if (exitCode === 0 && !evidence.fileNamed)
    return { failureClass: "filtered", line: "yt-dlp found nothing to download at this link" };
  if (line === undefined)
    return { failureClass: "unknown", line: `yt-dlp ended with exit status ${exitCode} and said nothing` };
  if (/Interrupted by user/.test(line)) return { failureClass: "killed", line };
  return { failureClass: rules.find(([pattern]) => pattern.test(line))?.[1] ?? "unknown", line };
}

/** The machine's own troubles first, then the site's sentences, then what the network says. */
const rules: readonly (readonly [RegExp, FailureClass])[] = [
  [new RegExp(refusal), "invalid_url"],
  [/No space left on device|Errno 28\b/, "disk_full"],
  [/Permission denied|Errno 13\b/, "permission"],
  [/File name too long|Errno 36\b/, "name_too_long"],
  [/ffmpeg (?:is )?not (?:found|installed)|ffprobe (?:and ffmpeg )?not found/i, "ffmpeg_missing"],
  [/Postprocessing:/, "postprocess_failed"],
  [/ProxyError|Tunnel connection failed|SOCKS|HTTP Error 407/i, "proxy_error"],
  [/confirm you.re not a bot/i, "bot_check"],
  [/HTTP Error 429|rate.?limit/i, "rate_limited"],
  [/Private video/, "private"],
  [/DRM protected/i, "drm"],
  [/video data: HTTP Error 403|Got error: HTTP Error 403/, "forbidden_media"],
  [/HTTP Error 40[4]\b|HTTP Error 410\b/, "gone"],
  [/HTTP Error 401\b/, "login_required"],
  [/HTTP Error 451\b/, "geo_blocked"],
  [/HTTP Error 403\b/, "bot_check"],
  [/Unsupported URL/, "unsupported_url"],
  [/is not a valid URL/, "invalid_url"],
  [/Requested format is not available/, "format_unavailable"],
  [/downloaded file is empty|Did not get any data blocks|bytes read, \d+ more expected/, "truncated"],
  [
    /HTTP Error 5\d\d|timed out|Connection (?:reset|refused|aborted)|Remote end closed|IncompleteRead|resolve|unreachable|Errno (?:104|110|111|113)\b|SSL/i,
    "network",
  ],
];

function stripEscapes(text: string): string {
  // oxlint-disable-next-line no-control-regex -- the escape itself is what is looked for
  return text.replaceAll(/\u001B\[[0-9;]*[A-Za-z]/g, "").replaceAll("\r", "");
}
