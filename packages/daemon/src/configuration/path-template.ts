import type { z } from "zod";
import { defaultPath } from "./default-path.ts";
import { nearestWord } from "./nearest-word.ts";
import { showValue } from "./show-value.ts";
import { judged, text, type Verdict } from "./values.ts";

/** The fields that `ftp.path` may have in braces. */
export const pathFields = [
  "user_name",
  "folder",
  "site",
  "title",
  "id",
  "ext",
  "name",
  "task_id",
  "chat_id",
  "quality",
  "date",
] as const;

export type PathField = (typeof pathFields)[number];

/** A file's path below a folder, with fields in braces: "{user_name}/{site}/{title}.{ext}". */
export function pathTemplate(): z.ZodString {
  const right = `a path with fields in braces, in quotes, such as "${defaultPath}"`;
  return judged(text(right), judgeTemplate, right);
}

function judgeTemplate(template: string): Verdict {
  if (template === "") return undefined;
  const segments = template.split("/");
  const last = segments.at(-1) ?? "";
  if (template.startsWith("/"))
    return { wrong: "begins with a slash", remedy: "write it without: it leads on from ftp.directory" };
  if (template.includes("\\")) return { wrong: "holds a backslash", remedy: "write / between folders" };
  if (segments.some((segment) => segment === "." || segment === ".."))
    return { wrong: "leads upwards, or nowhere", remedy: "write the folders themselves; they are below ftp.directory" };
  return judgeFields(template) ?? judgeEnd(last);
}

function judgeFields(template: string): Verdict {
  const known = `fields are ${pathFields.map((field) => `{${field}}`).join(", ")}`;
  const between = template.replaceAll(/\{([^{}]*)\}/g, "");
  if (/[{}]/.test(between)) return { wrong: "has a brace without its other one", remedy: known };
  for (const [shown, field = ""] of template.matchAll(/\{([^{}]*)\}/g)) {
    if (pathFields.some((one) => one === field)) continue;
    const near = nearestWord(field, pathFields);
    return { wrong: `${showValue(shown)} is no field`, remedy: near === undefined ? known : `did you mean {${near}}?` };
  }
  return undefined;
}

/** The ending tells a video, its subtitles and its thumbnail apart. */
function judgeEnd(last: string): Verdict {
  if (last.endsWith("{name}") || last.endsWith(".{ext}")) return undefined;
  return { wrong: "its last part has no file's ending", remedy: "let it end with {name}, or with .{ext}" };
}
