import { oneLine } from "@dwld/text";

/** A line of the log of an app. */
export type LogLine = Readonly<Record<string, unknown>> & { readonly level: string; readonly msg: string };

/** Parses a line of JSON; returns undefined for any other line, such as a message on stderr. */
export function readLogLine(line: string): LogLine | undefined {
  if (!line.startsWith("{")) return undefined;
  try {
    const fields = JSON.parse(line) as Record<string, unknown>;
    const { level, msg } = fields;
    return typeof level === "string" && typeof msg === "string" ? { ...fields, level, msg } : undefined;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

/** A title may hold anything, escape sequences included. */
const text = (value: unknown): string => (typeof value === "string" ? oneLine(value) : "");

/** The part of an id that two tasks seldom share: the milliseconds of its time (RFC 9562, UUIDv7). */
const idLetters = 13;

/** Returns what a line is about: a title if there is one. */
function subjectOf(line: LogLine): string {
  const name = text(line["title"]) || text(line["link"]) || text(line["site"]) || text(line["bot"]);
  const id = text(line["task_id"]).slice(0, idLetters);
  return [name, id].filter((part) => part !== "").join("  ");
}

type Words = { readonly word: string; readonly about: string };

/** Converts the steps of a link, by the messages of the apps; undefined if another line says the same. */
export const steps: Readonly<Record<string, (line: LogLine) => Words | undefined>> = {
  "a task was asked for": (line) =>
    line["how"] === "new" ? { word: "added", about: subjectOf(line) } : { word: "known", about: subjectOf(line) },
  "an attempt begins": (line) => ({
    word: "started",
    about: `${subjectOf(line)}${line["stage"] === "default" ? "" : `  (stage ${text(line["stage"])})`}`,
  }),
  // The next line, the end of the download, has the same reason and the next attempt.
  "attempt failed": () => undefined,
  "download ended": ended,
  delivered: (line) => ({ word: "done", about: subjectOf(line) }),
  "delivery failed": failed,
  "a task was canceled": (line) => ({ word: "canceled", about: subjectOf(line) }),
  "stopping: no new work is taken": (line) =>
    line["app"] === "up" ? { word: "stopping", about: text(line["reason"]) } : undefined,
};

function ended(line: LogLine): Words | undefined {
  switch (line["outcome"]) {
    case "failed":
      return failed(line);
    default:
      return { word: text(line["outcome"]), about: subjectOf(line) };
  }
}

function failed(line: LogLine): Words {
  const { retry_at: retryAt, site_verdict: verdict } = line;
  const again = typeof retryAt === "number" ? `; tried again at ${clockTime(retryAt)}` : "";
  const rests = verdict === "pause" ? `; ${text(line["site"])} rests (dwld sites)` : "";
  const reason = text(line["message"]).replace(/\.$/, "");
  return { word: again === "" ? "failed" : "waits", about: `${subjectOf(line)}: ${reason}${again}${rests}` };
}

const clockTime = (ms: number): string => new Date(ms).toLocaleTimeString("en-GB");

const wordWidth = 10;

/**
 * Formats a line of the log for a person, in the time zone of this machine. Shown are the steps of each link, warnings,
 * errors, and anything about a link, a site or a bot; undefined for other lines.
 */
export function describeEvent(line: LogLine): string | undefined {
  if ("left_out" in line) return `${timeOf(line)}  ${"left out".padEnd(wordWidth)} ${line.msg} (dwld doctor)`;
  const words = Object.hasOwn(steps, line.msg) ? steps[line.msg]?.(line) : otherwise(line);
  if (words === undefined) return undefined;
  return `${timeOf(line)}  ${words.word.padEnd(wordWidth)} ${words.about}`;
}

function otherwise(line: LogLine): Words | undefined {
  const isAlarm = ["warn", "error", "fatal"].includes(line.level);
  if (!isAlarm && subjectOf(line) === "") return undefined;
  const word = { warn: "warning", error: "error", fatal: "error" }[line.level] ?? "";
  const subject = subjectOf(line);
  const error = line["err"] as { message?: unknown } | undefined;
  const details = [subject, text(error?.message)].filter((part) => part !== "").join(": ");
  const about = `${isAlarm && line["app"] !== "up" ? `${text(line["app"])}: ` : ""}${text(line.msg)}`;
  return { word, about: details === "" ? about : `${about} (${details})` };
}

function timeOf(line: LogLine): string {
  const ms = Date.parse(text(line["time"]));
  return Number.isNaN(ms) ? "        " : clockTime(ms);
}
