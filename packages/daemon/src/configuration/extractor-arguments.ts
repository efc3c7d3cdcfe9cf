import { showValue } from "./show-value.ts";
import { judged, text, type Verdict } from "./values.ts";

const right = "extractor:name=value, such as youtube:player_client=tv; more of the same extractor after a semicolon";

/** yt-dlp's `IE_KEY:ARGS` (2025.04.30, 2026.10.26): given anything else, it exits with 2 before it does anything. */
const shape = /^[\w-]+:[\w-]+=[^;]*(;[\w-]+=[^;]*)*$/;

/** Arguments for yt-dlp's developers, which make it run scripts whose hashes it does not know. */
const foreignCode = /^youtube-ejs:(?:.*;)?(?:dev|repo|script_version)=/i;

export const extractorArguments = judged(text(right), judge, right);

function judge(value: string): Verdict {
  if (value === "") return undefined;
  if (!shape.test(value)) return { wrong: `${showValue(value)} is not of this form` };
  if (foreignCode.test(value)) return { wrong: "makes yt-dlp run code that it does not know", remedy: "leave it out" };
  return undefined;
}
