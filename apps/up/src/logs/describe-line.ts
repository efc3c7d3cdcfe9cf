import { clipText, withoutEscapes, withoutHidden } from "@dwld/text";
import { readLogLine } from "../screen/describe-event.ts";

/** Fields that are columns of the line, or of no use to a person. */
const columns = new Set(["level", "time", "app", "pid", "msg", "err", "error"]);

/** Formats a line of the log for a person: local time, app, level, message, then each further field as name=value. */
export function describeLine(line: string): string {
  const fields = readLogLine(line);
  if (fields === undefined) return clean(line);
  const { level, msg } = fields;
  const time = Date.parse(String(fields["time"]));
  // Swedish writes dates as ISO 8601 does.
  const when = Number.isNaN(time) ? "" : new Date(time).toLocaleString("sv-SE");
  const details = Object.entries(fields)
    .filter(([name, value]) => !columns.has(name) && value !== undefined)
    .map(
      ([name, value]) =>
        `${name}=${clipText(typeof value === "string" ? value : JSON.stringify(value), maxValue, "…")}`,
    );
  const error = (fields["err"] ?? fields["error"]) as { message?: unknown; stack?: unknown } | undefined;
  const stack = typeof error?.stack === "string" ? `\n${error.stack}` : "";
  const text = [when, String(fields["app"]).padEnd(10), level.padEnd(5), msg, ...details].join("  ");
  return clean(`${text}${stack}`);
}

/** Longer values are cut; `--json` shows the whole. */
const maxValue = 200;

/** A title may hold anything, and nothing of it steers the terminal. The lines of a stack keep their indentation. */
function clean(text: string): string {
  const lines = text.split("\n").map((line) => withoutHidden(withoutEscapes(line.replaceAll("\t", " "))));
  return lines.join("\n");
}
