import { decidingError } from "./deciding-errors.ts";
import { type Dissection, dissectMessage } from "./dissect-message.ts";
import type { FailureClass } from "./failure-class.ts";
import { findHiddenCause } from "./hidden-cause.ts";
import { type Judgement, judgeMessage } from "./judge-message.ts";
import { judgeException } from "./judge-exception.ts";
import { type Message, parseMessages } from "./parse-messages.ts";
import { retryTime } from "./retry-time.ts";
import type { Confidence } from "./rules/rule.ts";
import { weighWarnings } from "./weigh-warnings.ts";

/** The end and the output of a run of yt-dlp. */
export type FailureEvidence = {
  exitCode: number | undefined;
  /** The name of the signal that ended it. */
  signal: string | undefined;
  /** Lines in order, without the events of our plugin. */
  stderr: readonly string[];
  /** Lines in order, without those events: some causes are told here alone. */
  stdout?: readonly string[];
  /** Whether yt-dlp told of a finished file. */
  fileNamed: boolean;
  /** Whether the attempt went through a proxy of the operator's; undefined if that is not known. */
  hadProxy?: boolean;
  /** Milliseconds since the epoch: "in 3 hours" counts from here. */
  nowMs: number;
};

export type Classification = {
  failureClass: FailureClass;
  /** The line that decided, or a sentence of ours if none did. */
  line: string;
  confidence: Confidence;
  /** The time that the text names for another try, in milliseconds since the epoch. */
  retryAtMs?: number;
};

/** A time in the text is one to wait for only if the failure is of one of these classes. */
const waiting: ReadonlySet<FailureClass> = new Set(["not_started", "rate_limited", "bot_check", "live_now", "network"]);
/** Python's MemoryError has no text; the sentence is zlib's. */
const outOfMemory = /^(?:MemoryError|Unable to allocate output buffer\.)?$/;
const memoryLine =
  "yt-dlp failed and said nothing, as it does when a page needs more memory than it may have (worker.maxMemoryBytes)";
/** Sentences of a shell, env(1) or the loader if a program or its interpreter is missing. A wrapper may hide the status 126 or 127. */
const neverStarted =
  /^(?:\S*\/)?env: .{1,200}: (?:No such file or directory|Permission denied)$|: bad interpreter: |: (?:command )?not found$|: command not found: |: syntax error near unexpected token|: Exec format error$|: cannot execute|error while loading shared libraries: |\bspawn \S+ ENOENT\b|\/lib\S+: version `[^']{1,40}' not found|failed to load python|error loading python|^(?:\S*\/)?(?:ba|z|da|k)?sh: (?:.{1,200}: )?permission denied|^(?:\S*\/)?python[\d.]*: (?:can't|no module)|^qemu-\S+: /i;
/** Walls before a whole site. Several videos behind one wall are no playlist that has failed in part. */
const siteWide: ReadonlySet<FailureClass> = new Set(["rate_limited", "bot_check"]);
/** Troubles of this machine, which every later video meets, too. */
const machineWide: ReadonlySet<FailureClass> = new Set(["disk_full", "permission", "killed"]);

/** Returns why a run failed. Pure. If the text does not say, the class is unknown; a doubt never ends a task that another try could save. */
export function classifyFailure(evidence: FailureEvidence): Classification {
  const { exitCode, signal, nowMs } = evidence;
  const messages = parseMessages(evidence.stderr);
  const errors = messages.filter(({ level }) => level === "error");
  const sure = (failureClass: FailureClass, line: string): Classification => ({
    failureClass,
    line,
    confidence: "high",
  });

  if (signal !== undefined || (exitCode !== undefined && exitCode > 128 && exitCode < 193))
    return sure("killed", `yt-dlp was ended by ${signal ?? `signal ${(exitCode ?? 0) - 128}`}`);
  if (exitCode === 2 || exitCode === 126 || exitCode === 127)
    return sure("usage", lastLine(messages) ?? "yt-dlp refused its options");
  if (exitCode === 101) return sure("usage", lastLine(messages) ?? "yt-dlp reached a limit of its own");
  if (exitCode === 0) {
    const unmerged = messages.find(({ text }) => /won't be merged|ffmpeg is not installed/.test(text));
    if (unmerged !== undefined) return sure("ffmpeg_missing", unmerged.line);
    if (!evidence.fileNamed && errors.length === 0)
      return sure("filtered", "yt-dlp found nothing to download at this link");
  }

  const hidden = [...messages, ...parseMessages(evidence.stdout ?? [])];
  const judged = errors.map((error) => ({ error, ...judgeError(error, hidden) }));
  const deciding = decidingError(errors);
  if (deciding === undefined) return classifyWithoutError(messages, hidden);
  const { judgement } = judged.find(({ error }) => error === deciding) ?? judgeError(deciding, hidden);
  const ids = new Set(judged.flatMap(({ dissection: { id } }) => id ?? []));
  const last = judged.at(-1)?.judgement.failureClass ?? "unknown";
  const whole = judged.every(({ judgement: { failureClass } }) => failureClass === judgement.failureClass);
  if (ids.size > 1 && !machineWide.has(last) && !(whole && siteWide.has(judgement.failureClass)))
    return sure("playlist_partial", deciding.line);
  const failureClass =
    judgement.failureClass === "proxy_error" && evidence.hadProxy === false ? "network" : judgement.failureClass;
  const retryAtMs = waiting.has(failureClass) ? retryTime(deciding.text, nowMs) : undefined;
  return {
    failureClass,
    line: outOfMemory.test(deciding.text.trim()) ? memoryLine : deciding.line,
    confidence: judgement.confidence,
    ...(retryAtMs === undefined ? {} : { retryAtMs }),
  };
}

function judgeError(error: Message, messages: readonly Message[]): { dissection: Dissection; judgement: Judgement } {
  const dissection = dissectMessage(error);
  const judgement = weighWarnings(findHiddenCause(judgeMessage(dissection), messages), dissection, messages);
  return { dissection, judgement };
}

/** Classifies a run without an error: it crashed, refused its options, did not start or was silent. */
function classifyWithoutError(messages: readonly Message[], hidden: readonly Message[]): Classification {
  const refused = messages.findLast(({ level }) => level === "usage");
  if (refused !== undefined) return { failureClass: "usage", line: refused.line, confidence: "high" };
  const unstarted = messages.findLast(
    ({ level, line, text }) => level === "other" && (neverStarted.test(text) || line.startsWith("[PYI-")),
  );
  if (unstarted !== undefined) return { failureClass: "usage", line: unstarted.line, confidence: "high" };
  const crash = messages.findLast(({ level }) => level === "traceback");
  if (crash !== undefined) return { ...judgeException(crash), line: crash.line };
  const { failureClass, confidence } = findHiddenCause(
    { failureClass: "unknown", confidence: "low", vague: true },
    hidden,
  );
  return { failureClass, confidence, line: lastLine(messages) ?? "yt-dlp failed and said nothing" };
}

function lastLine(messages: readonly Message[]): string | undefined {
  return messages.findLast(({ line }) => line.trim() !== "")?.line;
}
