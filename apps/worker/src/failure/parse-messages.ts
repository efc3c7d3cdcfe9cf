import { plainLines } from "./terminal-text.ts";

/** One message of yt-dlp's, or of a program it ran. */
export type Message = {
  /** `info`: "[name] …", which is no trouble by itself. `other`: everything else, such as ffmpeg's own words. */
  level: "error" | "warning" | "usage" | "traceback" | "info" | "other";
  /** The line as printed, from the word of its level. */
  line: string;
  /** The text without that word, with the lines that continue it. */
  text: string;
};

type Opening = { level: Message["level"]; text: string; line: string };

/** Prefixes of "ERROR:" on its line: of a log or a shell, or the name of a Python exception. */
const bracketed = /^(?:\[[^\]]*\]\s*)*$/;
const separated = /[\s:|>\-"'(]\s*$/;
const infoPrefix = /^\[(?!\d)[\w:.+-]+(?: @ \w+)?\]\s+\S/;
/** Programs that yt-dlp runs, or is packed in, say why in their own lines: `[https @ 0x55d0c4] HTTP error 404 Not Found`. */
const foreignPart = /^\[(?:[\w:#/.,-]{1,60} @ (?:0x)?[\da-f]+|\w+\.cc:\d+|PYI-\d+:ERROR)\] (?=\S)/i;
const tracebackHead = "Traceback (most recent call last):";
/** The last line of a traceback: `yt_dlp.utils.YoutubeDLError: text`, or the name alone. */
const exception =
  /^(?:[a-z_]\w*\.)*[A-Z]\w*(?:Error|Exception|Interrupt|Exit|Expired|Reached|Rejected|Disconnected|Read|Line|Warning|NotLive|Found|Failed|Timeout|timeout|Refused|Redirects)(?::\s.*|:?)$|^(?:[a-z_]\w*\.)+(?:gaierror|herror|timeout|error)(?::\s.*|:?)$/;
/** An exception by itself, if a log has kept no more of the traceback. */
const loneException = /^(?:[a-z_]\w*\.)*[A-Z]\w*(?:Error|Exception|Interrupt): \S/;
const prompt = /^(?:PS )?[A-Z]:\\[^>]*>|^[\w.@~:/-]*[$#] /;
/** PowerShell's lines below the error of a program. */
const powershellNote = /^(?:At line:\d|At .{1,200}:\d+ char:\d|\+ (?:~+$|\S.*)|\+ CategoryInfo)/;

/** Lines. A list of countries, a hint, a second paragraph: no message of yt-dlp's is longer. */
const maxContinuation = 12;

/** Returns the messages in a run's output, in order. Lines that continue a message are part of it; tracebacks stand apart. */
export function parseMessages(raw: readonly string[]): Message[] {
  const lines = plainLines(raw).filter((line) => !powershellNote.test(line.trim()));
  const width = consoleWidth(lines);
  const messages: Message[] = [];
  let current: Message | undefined;
  let continued = 0;
  let inTraceback = false;
  const add = (message: Message) => {
    messages.push(message);
    current = message.level === "error" || message.level === "warning" ? message : undefined;
    continued = 0;
  };
  let before = "";
  for (const line of lines) {
    const opening = current?.text === "" ? undefined : openingOf(line);
    if (opening !== undefined) {
      inTraceback = false;
      add({ level: opening.level, line: opening.line, text: opening.text });
    } else if (line.startsWith(tracebackHead) || /^ {2}File "[^"]*", line \d+/.test(line)) {
      inTraceback = true;
      current = undefined;
    } else if (inTraceback && exception.test(line)) {
      // Chained exceptions follow one another; each gets its own message, the last one was raised.
      add({ level: "traceback", line, text: line });
    } else if (inTraceback && (line.startsWith(" ") || line.startsWith("\t") || line === "")) {
      // Code, and the carets below it.
    } else if (line.trim() === "") {
      current = undefined;
    } else if (current !== undefined && continued < maxContinuation) {
      // A console that wraps breaks within words.
      const joint = current.text === "" || before.length === width ? "" : " ";
      // A reader that splits at "\r" has parted "ERROR: \r[download] Got error".
      if (current.text === "") current.line += ` ${line.trim()}`;
      current.text += joint + line.trim();
      continued += 1;
    } else if (loneException.test(line)) {
      messages.push({ level: "traceback", line, text: line });
    } else messages.push({ level: "other", line, text: line.trim() });
    before = line;
  }
  return messages;
}

function openingOf(line: string): Opening | undefined {
  const usage = /^\S{0,200}(?:yt-dlp|yt_dlp|youtube-dl)\S{0,12}: error: (.*)$/i.exec(line);
  if (usage !== null) return { level: "usage", text: usage[1] ?? "", line };
  const found = /^(.{0,160}?)\b(ERROR|WARNING):(?:\s+(.*)|)$/.exec(line);
  if (found !== null) {
    const [, prefix = "", level = "", text = ""] = found;
    // "[download] Destination: ERROR: a title" is no error.
    if (bracketed.test(prefix) || (separated.test(prefix) && !infoPrefix.test(prefix)))
      return { level: level === "ERROR" ? "error" : "warning", text, line: line.slice(prefix.length) };
  }
  if (foreignPart.test(line)) return { level: "other", text: line.replace(foreignPart, ""), line };
  if (infoPrefix.test(line) || line.startsWith("[debug]"))
    return { level: "info", text: line.replace(/^\[[^\]]*\]\s*/, ""), line };
  if (/^(?:Deprecated Feature|Usage): /.test(line) || prompt.test(line)) return { level: "other", text: line, line };
  return undefined;
}

/** Returns the width at which a console has wrapped this text: several lines are exactly so long. Undefined if none did. */
function consoleWidth(lines: readonly string[]): number | undefined {
  const longest = lines.reduce((most, { length }) => Math.max(most, length), 0);
  if (longest < 60 || longest > 250) return undefined;
  return lines.filter(({ length }) => length === longest).length > 1 ? longest : undefined;
}
