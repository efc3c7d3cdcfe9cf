import { list, text } from "./values.ts";

/** Options that have a key of their own: set twice, the one that yt-dlp heeds would be a matter of chance. */
const OWN_KEY: Readonly<Record<string, string>> = {
  "--cookies": "cookies",
  "--format": "format",
  "-f": "format",
  "--format-sort": "sort",
  "-S": "sort",
  "--proxy": "proxy",
  "--extractor-args": "extractorArgs",
};

/** Options by which dwld learns what yt-dlp does and keeps its files apart. */
const SET_BY_DWLD: ReadonlySet<string> = new Set([
  ...[
    "--output",
    "-o",
    "--paths",
    "-P",
    "--batch-file",
    "-a",
    "--config-locations",
    "--config-location",
    "--ignore-config",
    "--no-ignore-config",
  ],
  ...[
    "--print",
    "-O",
    "--print-to-file",
    "--progress-template",
    "--newline",
    "--no-progress",
    "--quiet",
    "-q",
    "--no-quiet",
    "--simulate",
    "-s",
  ],
  ...[
    "--dump-json",
    "-j",
    "--dump-single-json",
    "-J",
    "--update",
    "-U",
    "--update-to",
    "--load-info-json",
    "--download-archive",
  ],
]);

/** Options that run other programs: what a link leads to could reach them. */
const RUNS_PROGRAMS: ReadonlySet<string> = new Set([
  ...[
    "--exec",
    "--exec-before-download",
    "--netrc-cmd",
    "--alias",
    "--use-postprocessor",
    "--plugin-dirs",
    "--enable-file-urls",
  ],
]);

const right = 'a list of arguments, such as ["--sleep-requests", "1"]';

export const stageArguments = list(text("an argument, in quotes where it looks like a number"), {
  min: 0,
  right,
}).check(({ value, issues }) => {
  for (const [index, argument] of value.entries()) {
    const verdict = judge(argument, index);
    if (verdict === undefined) continue;
    issues.push({
      code: "custom",
      input: value,
      path: [index],
      message: verdict.remedy,
      params: { wrong: verdict.wrong },
    });
  }
});

function judge(argument: string, index: number): { wrong: string; remedy: string } | undefined {
  const option = /^--[^=]+|^-[a-zA-Z]/.exec(argument)?.[0];
  if (option === undefined) {
    if (argument === "--") return { wrong: "-- would end the options", remedy: "leave it out" };
    return index === 0
      ? { wrong: `${JSON.stringify(argument)} is not an option`, remedy: "the first argument begins with -" }
      : undefined;
  }
  const key = Object.hasOwn(OWN_KEY, option) ? OWN_KEY[option] : undefined;
  if (key !== undefined) return { wrong: `${option} has a key of its own`, remedy: `write it as the stage's ${key}` };
  if (SET_BY_DWLD.has(option)) return { wrong: `dwld sets ${option} itself`, remedy: "leave it out" };
  if (RUNS_PROGRAMS.has(option))
    return { wrong: `${option} runs other programs or reads local files`, remedy: "leave it out" };
  return undefined;
}
