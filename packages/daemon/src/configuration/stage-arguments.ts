import { suggestion } from "./nearest-word.ts";
import { allowedOptions, refusedOption } from "./ytdlp-options.ts";
import { list, text } from "./values.ts";

type Verdict = { wrong: string; remedy: string };

const right = 'a list of options, such as ["--retries", "5"] or [--write-description]';

/**
 * Further options for yt-dlp, from an allow-list (ytdlp-options.ts). They are read as yt-dlp reads them (Python's
 * optparse): an option that takes a value takes the next item, whatever it looks like. So every item is accounted for,
 * and none can be taken for a link.
 */
export const stageArguments = list(text("an argument, in quotes where it looks like a number"), {
  min: 0,
  right,
}).check(({ value, issues }) => {
  for (const { index, verdict } of judgeArguments(value))
    issues.push({
      code: "custom",
      input: value,
      path: [index],
      message: verdict.remedy,
      params: { wrong: verdict.wrong },
    });
});

function judgeArguments(items: readonly string[]): { index: number; verdict: Verdict }[] {
  const problems: { index: number; verdict: Verdict }[] = [];
  for (let index = 0; index < items.length; index += 1) {
    const item = items[index];
    if (typeof item !== "string") continue;
    const [option, joined] = splitAtEquals(item);
    const refused = judgeOption(item, option);
    if (refused !== undefined) {
      problems.push({ index, verdict: refused });
      // The next item is most likely its value: to judge it would report one mistake twice.
      if (joined === undefined && !(items[index + 1]?.startsWith("-") ?? true)) index += 1;
      continue;
    }
    const separate = joined === undefined && allowedOptions[option] !== undefined;
    const verdict = judgeValue(option, separate ? items[index + 1] : joined, separate);
    if (separate) index += 1;
    if (verdict !== undefined) problems.push({ index: Math.min(index, items.length - 1), verdict });
  }
  return problems;
}

function splitAtEquals(item: string): [option: string, value: string | undefined] {
  const at = item.indexOf("=");
  return at === -1 ? [item, undefined] : [item.slice(0, at), item.slice(at + 1)];
}

/** Quotes the name of the option alone: its value may be a secret. */
function judgeOption(item: string, option: string): Verdict | undefined {
  if (item === "--") return { wrong: "-- would end the options", remedy: "leave it out" };
  if (!item.startsWith("-"))
    return { wrong: `${JSON.stringify(item)} is not an option`, remedy: "the first argument begins with -" };
  const name = /^--[\w-]*|^-./u.exec(option)?.[0] ?? option;
  const refused = refusedOption(name);
  if (refused !== undefined) return refused;
  if (name === option) {
    if (Object.hasOwn(allowedOptions, option)) return undefined;
    const remedy = suggestion(option, Object.keys(allowedOptions), "docs/guide.md lists those that may");
    return { wrong: `${option} is none of the options that may stand here`, remedy };
  }
  return Object.hasOwn(allowedOptions, name)
    ? {
        wrong: `more than the option ${name} stands here`,
        remedy: `write its value as an item of its own, or ${name}=VALUE`,
      }
    : { wrong: `${name} is none of the options that may stand here`, remedy: "write the long names of options" };
}

function judgeValue(option: string, value: string | undefined, separate: boolean): Verdict | undefined {
  const expected = allowedOptions[option];
  if (expected === undefined)
    return value === undefined
      ? undefined
      : { wrong: `${option} takes no value`, remedy: "leave out what follows the =" };
  if (value === undefined) return { wrong: `${option} has no value`, remedy: expected.right };
  if (typeof value !== "string") return undefined;
  if (separate && value.startsWith("--"))
    return {
      wrong: `${option} would take the next option for its value`,
      remedy: `${option}=VALUE: ${expected.right}`,
    };
  return expected.pattern.test(value) ? undefined : { wrong: `this is no value for ${option}`, remedy: expected.right };
}
