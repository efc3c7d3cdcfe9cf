import { text } from "./values.ts";

const right = "extractor:name=value, such as youtube:player_client=tv; more of the same extractor after a semicolon";

/** yt-dlp's `IE_KEY:ARGS` (2025.04.30, 2026.10.26): anything else, and it exits with 2 before it has done anything. */
const shape = /^[\w-]+:[\w-]+=[^;]*(;[\w-]+=[^;]*)*$/;

/** For yt-dlp's developers: these make it run scripts whose hashes it does not know. */
const foreignCode = /^youtube-ejs:(?:.*;)?(?:dev|repo|script_version)=/i;

export const extractorArguments = text(right).check(({ value, issues }) => {
  const raise = (wrong: string, message: string) => {
    issues.push({ code: "custom", input: value, message, params: { wrong } });
  };
  if (value === "") return;
  if (!shape.test(value)) raise(`${JSON.stringify(value.slice(0, 60))} is not of this form`, right);
  else if (foreignCode.test(value)) raise("makes yt-dlp run code that it does not know", "leave it out");
});
